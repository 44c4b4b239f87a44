// Client: a connected front end, with its peer uid and what it may do.
export type ClientId = string & { readonly __brand: 'ClientId' };

export interface Client {
  readonly id: ClientId;
  readonly pid: number;
  readonly uid: number;
  /** Root, or member of the group `sallyport`. */
  readonly mayDecide: boolean;
}
