// What Now is made of: Apps, their endpoints, and flows. NowModel alone changes them; everybody else only reads.
import type { Action, Direction } from '../../shared/model.ts';
import type { Carried } from '../../shared/traffic.ts';
import { Activity } from './activity.ts';

/** Bytes a second in the round of counts that is named. */
export class Rate {
  round = 0;
  bytesOut = 0;
  bytesIn = 0;

  add(round: number, bytesOut: number, bytesIn: number): void {
    if (this.round !== round) {
      this.round = round;
      this.bytesOut = 0;
      this.bytesIn = 0;
    }
    this.bytesOut += bytesOut;
    this.bytesIn += bytesIn;
  }
}

export class NowApp {
  readonly id: string;
  /** `id` in small letters, for the search. */
  readonly haystack: string;
  readonly activity = new Activity();
  readonly rate = new Rate();
  readonly endpoints = new Map<string, NowEndpoint>();
  lastAtMs = 0;

  constructor(id: string) {
    this.id = id;
    this.haystack = id.toLowerCase();
  }
}

export interface Place {
  readonly direction: Direction;
  readonly protocol: string;
  readonly address: string;
  /** 0 where the protocol has no ports. */
  readonly port: number;
}

export class NowEndpoint implements Place {
  readonly app: NowApp;
  readonly key: string;
  readonly direction: Direction;
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly rate = new Rate();
  /** By their local end, in the order of arrival. */
  readonly flows = new Map<string, NowFlow>();
  name: string | undefined;
  lastAtMs = 0;
  /** Of the flow that came last. */
  uid = 0;

  constructor(app: NowApp, key: string, { direction, protocol, address, port }: Place) {
    this.app = app;
    this.key = key;
    this.direction = direction;
    this.protocol = protocol;
    this.address = address;
    this.port = port;
  }
}

export class NowFlow {
  readonly endpoint: NowEndpoint;
  /** The key of its local end among the flows of the endpoint. */
  readonly local: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly rate = new Rate();
  pid = 0;
  uid = 0;
  action: Action = 'allow';
  startedAtMs = Infinity;
  lastAtMs = 0;
  /** How often history tells of it: 0 where it began before history was read. */
  verdicts = 0;
  /** The agent's id of it while it is counted: it is open. */
  countedId: string | undefined;
  carried: Carried | undefined;

  get isOpen(): boolean {
    return this.countedId !== undefined;
  }

  constructor(endpoint: NowEndpoint, local: string, place: { localAddress: string; localPort: number }) {
    this.endpoint = endpoint;
    this.local = local;
    this.localAddress = place.localAddress;
    this.localPort = place.localPort;
  }
}
