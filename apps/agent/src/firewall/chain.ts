// The netfilter rules as text: chains of our own, each with one jump to it from the hook where its packets come by. Pure: what is
// installed is decided here, run elsewhere.

/** Where a chain hangs. Its name says whose it is, so that one of a crashed agent is found again. */
export interface ChainPlace {
  readonly table: 'raw' | 'mangle';
  readonly hook: 'OUTPUT' | 'INPUT' | 'FORWARD';
  readonly name: string;
}

export interface Chain extends ChainPlace {
  /** In iptables syntax, without the leading `-A NAME`. */
  readonly rules: readonly string[];
}

/** What is installed of a chain. */
export interface ChainState {
  readonly exists: boolean;
  /** How often the hook jumps to the chain. */
  readonly jumps: number;
  /** The jump is the first rule of the hook. */
  readonly isFirst: boolean;
  /** The chain's own rules as iptables lists them. */
  readonly rules: readonly string[];
}

/** Input for iptables-restore --noflush that puts the chain in place in one transaction, whatever was there before. */
export function installText(chain: Chain, existingJumps: number): string {
  return transaction(chain, [
    `:${chain.name} - [0:0]`,
    ...chain.rules.map((rule) => `-A ${chain.name} ${rule}`),
    ...deletions(chain, existingJumps),
    `-I ${chain.hook} 1 -j ${chain.name}`,
  ]);
}

/** Input for iptables-restore --noflush that makes the chain with its rules, without a jump to it. */
export function probeText(chain: Chain): string {
  return transaction(chain, [
    `:${chain.name} - [0:0]`,
    ...chain.rules.map((rule) => `-A ${chain.name} ${rule}`),
  ]);
}

/** Input for iptables-restore --noflush that takes the chain away. */
export function removeText(place: ChainPlace, existingJumps: number): string {
  return transaction(place, [
    `:${place.name} - [0:0]`,
    ...deletions(place, existingJumps),
    `-X ${place.name}`,
  ]);
}

function deletions({ hook, name }: ChainPlace, count: number): readonly string[] {
  return Array.from({ length: count }, () => `-D ${hook} -j ${name}`);
}

function transaction({ table }: ChainPlace, lines: readonly string[]): string {
  return [`*${table}`, ...lines, 'COMMIT', ''].join('\n');
}

/** Reads the output of `iptables -t TABLE -S`. */
export function readState({ hook, name }: ChainPlace, listing: string): ChainState {
  const lines = listing.split('\n').map((line) => line.trim());
  const ofHook = lines.filter((line) => line.startsWith(`-A ${hook} `));
  const jump = `-A ${hook} -j ${name}`;
  return {
    exists: lines.includes(`-N ${name}`),
    jumps: ofHook.filter((line) => line === jump).length,
    isFirst: ofHook[0] === jump,
    rules: lines.filter((line) => line.startsWith(`-A ${name} `)),
  };
}

/** What is wrong with the installed chain, or undefined if it is as it was right after the installation. */
export function difference(place: ChainPlace, state: ChainState, expected: ChainState): string | undefined {
  if (!state.exists) return `chain ${place.name} was removed`;
  if (state.jumps === 0) return `the jump from ${place.hook} was removed`;
  if (!state.isFirst) return `another rule was put before ours in ${place.hook}`;
  if (state.rules.join('\n') !== expected.rules.join('\n'))
    return `the rules of chain ${place.name} were changed`;
  return undefined;
}
