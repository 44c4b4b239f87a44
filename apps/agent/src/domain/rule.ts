// Rule: matcher + action + lifetime + origin. This is the meaning; how it is written in files is rules/schema.ts.
import type { Address, NetworkName } from './address.ts';
import type { AppId } from './app.ts';
import { PACKET } from './flow-key.ts';
import type { Direction, Protocol } from './flow-key.ts';
import type { ProcessInstance } from './owner.ts';

export type RuleId = string & { readonly __brand: 'RuleId' };
export type Action = 'allow' | 'deny';
export type RuleOrigin = 'prompt' | 'user' | 'import' | 'default';

/** `process` and `restart` rules live in memory only and end with the process or with the agent. */
export type RuleLifetime =
  | { readonly kind: 'always' }
  | { readonly kind: 'until'; readonly untilMs: number }
  | {
      readonly kind: 'process';
      readonly process: ProcessInstance;
      /** The rule also holds for what the process starts, and for what that starts. */
      readonly withChildren: boolean;
    }
  | { readonly kind: 'restart' };

/** Inclusive. A single port has equal ends. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export type AddressMatcher =
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'cidr'; readonly address: Address; readonly prefixLength: number }
  | { readonly kind: 'network'; readonly network: NetworkName };

/** As files and clients write it. */
export function addressMatcherText(matcher: AddressMatcher): string {
  switch (matcher.kind) {
    case 'address':
      return matcher.address;
    case 'cidr':
      return `${matcher.address}/${matcher.prefixLength}`;
    case 'network':
      return matcher.network;
  }
}

/** Every present condition must hold; an absent one is not looked at. Within a list, one entry is enough. */
export interface RuleMatcher {
  /** Of an App, or of a container for every App in it. */
  readonly app: AppId | undefined;
  /** Numeric user id. */
  readonly uid: number | undefined;
  /** Who begins; undefined: either side. A rule that does not say is read as `out`. */
  readonly direction: Direction | undefined;
  readonly protocols: readonly Protocol[] | undefined;
  readonly addresses: readonly AddressMatcher[] | undefined;
  readonly ports: readonly PortRange[] | undefined;
}

export interface Rule {
  readonly id: RuleId;
  readonly enabled: boolean;
  readonly action: Action;
  /** Higher is asked first; 0 unless said. */
  readonly priority: number;
  readonly matcher: RuleMatcher;
  readonly lifetime: RuleLifetime;
  readonly origin: RuleOrigin;
  readonly createdAtMs: number;
  readonly note: string | undefined;
}

/** How often a rule decided about a flow, and when last. */
export interface RuleUse {
  readonly ruleId: RuleId;
  readonly flows: number;
  readonly lastAtMs: number;
}

/** Whether a rule survives the agent's end: only such rules are written to disk. */
export function isStored(rule: Rule): boolean {
  return rule.lifetime.kind === 'always' || rule.lifetime.kind === 'until';
}

/**
 * Whether a rule says anything of packet sockets: they have no remote end, so that addresses and ports are about other things,
 * and only an allow that names them is meant for them.
 */
export function reachesPacketSockets({ action, matcher }: Pick<Rule, 'action' | 'matcher'>): boolean {
  const { protocols, addresses, ports } = matcher;
  if (addresses !== undefined || ports !== undefined) return false;
  return protocols === undefined ? action === 'deny' : protocols.includes(PACKET);
}
