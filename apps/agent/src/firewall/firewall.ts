// Puts our chain into the kernel's netfilter rules and takes it out again, for IPv4 and IPv6 alike. Idempotent: any state
// that a crash left behind leads to the same rules.
import { existsSync } from 'node:fs';
import { runCommand } from '../platform/commands.ts';
import { difference, installText, readState, removeText, TABLE } from './chain.ts';
import type { ChainOptions, ChainState } from './chain.ts';
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

export class Firewall {
  readonly #options: ChainOptions;
  readonly #families: readonly Family[];
  readonly #expected = new Map<Family, ChainState>();

  constructor(options: ChainOptions) {
    this.#options = options;
    this.#families = activeFamilies();
  }

  /** Throws FirewallError; then nothing of ours is left in the rules. */
  async install(): Promise<void> {
    try {
      await this.putBack();
    } catch (error) {
      await this.remove();
      throw error;
    }
  }

  /** The same for rules that somebody else changed. Where it fails, what is left of ours stays. */
  async putBack(): Promise<void> {
    for (const family of this.#families) await this.#installFamily(family);
  }

  async remove(): Promise<void> {
    this.#expected.clear();
    for (const family of this.#families) await removeFamily(family);
  }

  /** What somebody else changed since the installation; empty when all is in place. */
  async differences(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const [family, expected] of this.#expected) {
      const text = difference(await stateOf(family), expected);
      if (text !== undefined) found.push(`${family.name}: ${text}`);
    }
    return found;
  }

  async #installFamily(family: Family): Promise<void> {
    const before = await stateOf(family);
    await restore(family, installText(this.#options, before.jumps));
    const state = await stateOf(family);
    if (!state.isFirst || state.rules.length === 0) {
      throw new FirewallError(
        `Installed the ${family.name} rules, but ${family.command} does not list them first.`,
      );
    }
    this.#expected.set(family, state);
  }
}

/** Removes the rules of a crashed agent. Does nothing where there are none. */
export async function removeLeftovers(): Promise<void> {
  for (const family of activeFamilies()) await removeFamily(family);
}

async function removeFamily(family: Family): Promise<void> {
  const { chainExists, jumps } = await stateOf(family);
  if (chainExists) await restore(family, removeText(jumps));
}

function activeFamilies(): readonly Family[] {
  // Where IPv6 is switched off at boot there is nothing to filter and ip6tables fails.
  return existsSync('/proc/net/if_inet6') ? [IPV4, IPV6] : [IPV4];
}

async function stateOf(family: Family): Promise<ChainState> {
  return readState(
    await run(family, { command: family.command, args: ['-w', WAIT_SECONDS, '-t', TABLE, '-S'] }),
  );
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
