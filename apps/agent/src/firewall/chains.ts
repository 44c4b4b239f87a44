// The chains that the agent installs. What they say to netfilter is here and nowhere else.
import type { Chain, ChainPlace } from './chain.ts';

/**
 * What leaves this machine's own sockets. Why raw: an accepted verdict goes on with the next hook, so every rule of other tools
 * (mangle, nat, filter) and conntrack still sees the packet; held packets have no conntrack entry; and hardly anybody else writes to
 * OUTPUT there.
 */
const OUTGOING: ChainPlace = { table: 'raw', hook: 'OUTPUT', name: 'SALLYPORT' };

/**
 * What this machine forwards, of which packets of its own other network namespaces are asked about. Why mangle: it is the first table
 * at FORWARD, so the rules of other tools still see what we let through; and addresses of senders are only rewritten (SNAT,
 * masquerading) after that.
 */
const FORWARDED: ChainPlace = { table: 'mangle', hook: 'FORWARD', name: 'SALLYPORT-FWD' };

/** All places that this or an earlier start may have used. */
export const PLACES: readonly ChainPlace[] = [OUTGOING, FORWARDED];

export interface QueueOptions {
  readonly queue: number;
  /** With it, packets pass while nobody listens on the queue (failure table: agentCrashed). */
  readonly bypass: boolean;
}

export interface OutgoingOptions extends QueueOptions {
  /** Pinned xt_bpf programs, by absolute path. */
  readonly establishedProgram: string;
  readonly unknownProgram: string;
  readonly deniedProgram: string;
}

/** Why RETURN, not ACCEPT: what others wrote into the same hook is none of our business. */
export function outgoingChain(options: OutgoingOptions): Chain {
  return {
    ...OUTGOING,
    rules: [
      // A TCP flow can only begin with a SYN; the program lets the shortcut be taken by TCP sockets, not by raw ones.
      `-p tcp ! --syn ${pinned(options.establishedProgram)} -j RETURN`,
      // Matches what the verdict cache allows, and packets that no process is behind; writes flow -> Owner for what is queued.
      `${pinned(options.unknownProgram)} -j RETURN`,
      // What it denies. Not REJECT, which other tables have: a dropped packet is EPERM to its sender at once.
      `${pinned(options.deniedProgram)} -j DROP`,
      toTheQueue(options),
    ],
  };
}

/** For the rungs without a packet program: whatever may begin a flow goes to the queue. */
export function plainOutgoingChain(options: QueueOptions): Chain {
  return {
    ...OUTGOING,
    rules: [
      '-p tcp ! --syn -j RETURN',
      // By these the agent tells programs of refusals: through the queue they would come too late. They stay on this machine.
      // Each is for its own family: iptables-restore leaves out the other's.
      '-4 -o lo -p icmp --icmp-type port-unreachable -j RETURN',
      '-6 -o lo -p icmpv6 --icmpv6-type port-unreachable -j RETURN',
      toTheQueue(options),
    ],
  };
}

export interface ForwardedOptions extends QueueOptions {
  /** Pinned xt_bpf programs, by absolute path. */
  readonly establishedProgram: string;
  readonly forwardedProgram: string;
}

export function forwardedChain(options: ForwardedOptions): Chain {
  return {
    ...FORWARDED,
    rules: [
      `-p tcp ! --syn ${pinned(options.establishedProgram)} -j RETURN`,
      // Matches what is none of this machine's, and what the verdict cache allows.
      `${pinned(options.forwardedProgram)} -j RETURN`,
      toTheQueue(options),
    ],
  };
}

export function pinned(path: string): string {
  return `-m bpf --object-pinned ${path}`;
}

export function toTheQueue({ queue, bypass }: QueueOptions): string {
  return `-j NFQUEUE --queue-num ${queue}${bypass ? ' --queue-bypass' : ''}`;
}
