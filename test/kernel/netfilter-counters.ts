// Netfilter's own counters in the client's namespace, by family and protocol: what the agent's are compared with.
import type { NetworkLab } from '../lab/network-lab.ts';
import { SERVER } from './stage.ts';

export interface Counted {
  readonly packetsOut: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  readonly bytesIn: number;
}

const COMMANDS = { 4: 'iptables', 6: 'ip6tables' } as const;
export type Family = keyof typeof COMMANDS;

export class NetfilterCounters {
  readonly #lab: NetworkLab;

  constructor(lab: NetworkLab) {
    this.#lab = lab;
  }

  /** Counts from now on, and nothing else. `protocol` as iptables names it. */
  begin(family: Family, protocol: string): void {
    for (const [chain, end] of [
      ['OUTPUT', '-d'],
      ['INPUT', '-s'],
    ] as const) {
      this.#run(family, '-F', chain);
      this.#run(family, '-A', chain, '-p', protocol, end, SERVER[family]);
    }
  }

  read(family: Family): Counted {
    const [packetsOut, bytesOut] = this.#countsOf(family, 'OUTPUT');
    const [packetsIn, bytesIn] = this.#countsOf(family, 'INPUT');
    return { packetsOut, bytesOut, packetsIn, bytesIn };
  }

  /** The line of the only rule, behind two of headings. */
  #countsOf(family: Family, chain: string): readonly [number, number] {
    const line = this.#run(family, '-n', '-v', '-x', '-L', chain).split('\n')[2] ?? '';
    const [packets, bytes] = line.trim().split(/\s+/).map(Number);
    return [packets ?? NaN, bytes ?? NaN];
  }

  #run(family: Family, ...args: readonly string[]): string {
    return this.#lab.run('client', COMMANDS[family], ...args);
  }
}
