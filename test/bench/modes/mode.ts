// A mode of the connect bench: what stands between the client and the server while it is measured.
import type { NetworkLab } from '../../lab/network-lab.ts';

export const MODE_NAMES = [
  'none',
  'hooks',
  'nfqueue-c',
  'nfqueue-c-first',
  'rule',
  'first',
  'known',
  'deny-known',
  'opensnitch',
] as const;

export type ModeName = (typeof MODE_NAMES)[number];

export interface ModeContext {
  readonly lab: NetworkLab;
  /** The connecting program, as a firewall's rule names it. */
  readonly clientPath: string;
}

export interface RunningMode {
  /** Ends its processes and removes its rules from the namespace. */
  readonly stop: () => Promise<unknown>;
}

/** `new`: from a new process each time, as connect.c says; figures of it compare with each other only. */
export type ConnectsHow = 'same' | 'new' | 'refused';

export interface Mode {
  readonly name: ModeName;
  readonly how: ConnectsHow;
  /** Why it cannot run here and what to do about it; undefined where it can. */
  readonly unavailable: () => string | undefined;
  readonly start: (context: ModeContext) => Promise<RunningMode>;
}
