// Puts our chains into the kernel's netfilter rules and takes them out again, for IPv4 and IPv6 alike. Idempotent: any state
// that a crash left behind leads to the same rules.
import { existsSync } from 'node:fs';
import { runCommand } from '../platform/commands.ts';
import { difference, installText, probeText, readState, removeText } from './chain.ts';
import type { Chain, ChainPlace, ChainState } from './chain.ts';
import { PLACES } from './chains.ts';
import { oneLine, remedyFor } from './remedy.ts';

interface Family {
  readonly name: 'IPv4' | 'IPv6';
  readonly command: 'iptables' | 'ip6tables';
}

const IPV4: Family = { name: 'IPv4', command: 'iptables' };
const IPV6: Family = { name: 'IPv6', command: 'ip6tables' };
/** Another tool may hold the xtables lock for a moment. */
const WAIT_SECONDS = '5';

export class FirewallError extends Error {
  override readonly name = 'FirewallError';
}

/** Netfilter rules that are put in place together, whatever they are made of. */
export interface NetfilterRules {
  /** Throws FirewallError where this kernel cannot have them. Changes nothing that packets meet. */
  readonly probe: () => Promise<void>;
  /** Throws FirewallError; then nothing of ours is left in the rules. */
  readonly install: () => Promise<void>;
  /** The same for rules that somebody else changed. Where it fails, what is left of ours stays. */
  readonly putBack: () => Promise<void>;
  readonly remove: () => Promise<void>;
  /** What somebody else changed since the installation; empty when all is in place. */
  readonly differences: () => Promise<readonly string[]>;
}

/** A chain as it was right after its installation. */
interface Installed {
  readonly family: Family;
  readonly chain: Chain;
  readonly state: ChainState;
}

/** No hook jumps to it. */
const PROBE = 'SALLYPORT-PROBE';

export class Firewall implements NetfilterRules {
  readonly #chains: readonly Chain[];
  readonly #families: readonly Family[];
  #installed: readonly Installed[] = [];

  constructor(chains: readonly Chain[]) {
    this.#chains = chains;
    this.#families = activeFamilies();
  }

  async probe(): Promise<void> {
    for (const family of this.#families)
      for (const { table, hook, rules } of this.#chains) {
        const place = { table, hook, name: PROBE };
        await restore(family, probeText({ ...place, rules }));
        await removeChain(family, place);
      }
  }

  async install(): Promise<void> {
    try {
      await this.putBack();
    } catch (error) {
      await this.remove();
      throw error;
    }
  }

  async putBack(): Promise<void> {
    const installed: Installed[] = [];
    for (const family of this.#families)
      for (const chain of this.#chains)
        installed.push({ family, chain, state: await installChain(family, chain) });
    this.#installed = installed;
  }

  async remove(): Promise<void> {
    this.#installed = [];
    for (const family of this.#families) for (const chain of this.#chains) await removeChain(family, chain);
  }

  async differences(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { family, chain, state } of this.#installed) {
      const text = difference(chain, await stateOf(family, chain), state);
      if (text !== undefined) found.push(`${family.name}: ${text}`);
    }
    return found;
  }
}

/** Removes the chains of a crashed agent. Does nothing where there are none. */
export async function removeChains(): Promise<void> {
  for (const family of activeFamilies())
    for (const place of [...PLACES, ...PLACES.map((known) => ({ ...known, name: PROBE }))])
      await removeChain(family, place);
}

async function installChain(family: Family, chain: Chain): Promise<ChainState> {
  const before = await stateOf(family, chain);
  await restore(family, installText(chain, before.jumps));
  const state = await stateOf(family, chain);
  if (state.isFirst && state.rules.length > 0) return state;
  throw new FirewallError(
    `Installed the ${family.name} rules of ${chain.name}, but ${family.command} does not list them first.`,
  );
}

async function removeChain(family: Family, place: ChainPlace): Promise<void> {
  const { exists, jumps } = await stateOf(family, place);
  if (exists) await restore(family, removeText(place, jumps));
}

function activeFamilies(): readonly Family[] {
  // Where IPv6 is switched off at boot there is nothing to filter and ip6tables fails.
  return existsSync('/proc/net/if_inet6') ? [IPV4, IPV6] : [IPV4];
}

async function stateOf(family: Family, place: ChainPlace): Promise<ChainState> {
  const args = ['-w', WAIT_SECONDS, '-t', place.table, '-S'];
  return readState(place, await run(family, { command: family.command, args }));
}

async function restore(family: Family, input: string): Promise<void> {
  await run(family, { command: `${family.command}-restore`, args: ['-w', WAIT_SECONDS, '--noflush'], input });
}

interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly input?: string;
}

async function run(family: Family, { command, ...options }: Invocation): Promise<string> {
  const result = await runCommand(command, options);
  if (result.exitCode === 0) return result.stdout;
  throw new FirewallError(
    `Could not change the ${family.name} rules: ${command} ended with ${result.exitCode}: ${oneLine(result.stderr)}. ${remedyFor(result)}`,
  );
}
