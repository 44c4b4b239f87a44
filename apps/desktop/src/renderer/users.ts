// Who is called what on this machine. Pure.
import type { User } from '../shared/user.ts';

export class Users {
  readonly #uids: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<number, string>;

  constructor(users: readonly User[]) {
    this.#uids = new Map(users.map(({ uid, name }) => [name, uid]));
    // Of two names of one user the first counts.
    this.#names = new Map(users.toReversed().map(({ uid, name }) => [uid, name]));
  }

  /** By number or name; undefined where there is no such user. */
  uidOf(text: string): number | undefined {
    return /^\d{1,10}$/.test(text) ? Number(text) : this.#uids.get(text);
  }

  nameOf(uid: number): string | undefined {
    return this.#names.get(uid);
  }
}
