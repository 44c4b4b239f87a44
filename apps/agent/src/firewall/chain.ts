// The netfilter rules as text, one chain of our own in table raw. Pure: what is installed is decided here, run elsewhere.
//
// Why raw: an accepted verdict goes on with the next hook, so every rule of other tools (mangle, nat, filter) and conntrack
// still sees the packet; held packets have no conntrack entry; and hardly anybody else writes to OUTPUT there.
// Why RETURN, not ACCEPT: what others wrote into raw OUTPUT is none of our business.

export const CHAIN = 'SALLYPORT';
export const TABLE = 'raw';
const HOOK = 'OUTPUT';

export interface ChainOptions {
  readonly queue: number;
  /** With it, packets pass while nobody listens on the queue (failure table: agentCrashed). */
  readonly bypass: boolean;
  /** Pinned xt_bpf programs, by absolute path. */
  readonly establishedProgram: string;
  readonly unknownProgram: string;
  readonly deniedProgram: string;
}

/** The body of the chain in iptables syntax, without the leading `-A SALLYPORT`. */
function chainRules(options: ChainOptions): readonly string[] {
  const pinned = (path: string): string => `-m bpf --object-pinned ${path}`;
  return [
    // A TCP flow can only begin with a SYN; the program lets the shortcut be taken by TCP sockets, not by raw ones.
    `-p tcp ! --syn ${pinned(options.establishedProgram)} -j RETURN`,
    // Matches what the verdict cache allows, and packets that no process is behind; writes flow -> Owner for what is queued.
    `${pinned(options.unknownProgram)} -j RETURN`,
    // What it denies. Not REJECT, which other tables have: a dropped packet is EPERM to its sender at once.
    `${pinned(options.deniedProgram)} -j DROP`,
    `-j NFQUEUE --queue-num ${options.queue}${options.bypass ? ' --queue-bypass' : ''}`,
  ];
}

/** Input for iptables-restore --noflush that puts the chain in place in one transaction, whatever was there before. */
export function installText(options: ChainOptions, existingJumps: number): string {
  return transaction([
    `:${CHAIN} - [0:0]`,
    ...chainRules(options).map((rule) => `-A ${CHAIN} ${rule}`),
    ...deletions(existingJumps),
    `-I ${HOOK} 1 -j ${CHAIN}`,
  ]);
}

/** Input for iptables-restore --noflush that takes everything away. */
export function removeText(existingJumps: number): string {
  return transaction([`:${CHAIN} - [0:0]`, ...deletions(existingJumps), `-X ${CHAIN}`]);
}

function deletions(count: number): readonly string[] {
  return Array.from({ length: count }, () => `-D ${HOOK} -j ${CHAIN}`);
}

function transaction(lines: readonly string[]): string {
  return [`*${TABLE}`, ...lines, 'COMMIT', ''].join('\n');
}

export interface ChainState {
  readonly chainExists: boolean;
  /** How often OUTPUT jumps to the chain. */
  readonly jumps: number;
  /** The jump is the first rule of OUTPUT. */
  readonly isFirst: boolean;
  /** The chain's own rules as iptables lists them. */
  readonly rules: readonly string[];
}

/** Reads the output of `iptables -t raw -S`. */
export function readState(listing: string): ChainState {
  const lines = listing.split('\n').map((line) => line.trim());
  const hook = lines.filter((line) => line.startsWith(`-A ${HOOK} `));
  const jump = `-A ${HOOK} -j ${CHAIN}`;
  return {
    chainExists: lines.includes(`-N ${CHAIN}`),
    jumps: hook.filter((line) => line === jump).length,
    isFirst: hook[0] === jump,
    rules: lines.filter((line) => line.startsWith(`-A ${CHAIN} `)),
  };
}

/** What is wrong with the installed rules, or undefined if they are as they were right after the installation. */
export function difference(state: ChainState, expected: ChainState): string | undefined {
  if (!state.chainExists) return `chain ${CHAIN} was removed`;
  if (state.jumps === 0) return `the jump from ${HOOK} was removed`;
  if (!state.isFirst) return `another rule was put before ours in ${HOOK}`;
  if (state.rules.join('\n') !== expected.rules.join('\n')) return `the rules of chain ${CHAIN} were changed`;
  return undefined;
}
