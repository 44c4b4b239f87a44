// The same rules without iptables: an nftables table of our own with a base chain, for kernels whose iptables lacks a part, and
// for machines without it.
import { runCommand } from '../platform/commands.ts';
import type { QueueOptions } from './chains.ts';
import { FirewallError } from './firewall.ts';
import { oneLine } from './remedy.ts';

const TABLE = 'inet sallyport';
const REMOVE = `table ${TABLE}\ndelete table ${TABLE}\n`;

/** One transaction, whatever was there before. A chain of our own at that priority cannot be displaced by anybody. */
export function nftTableText({ queue, bypass }: QueueOptions): string {
  return `${REMOVE}table ${TABLE} {
  chain output {
    type filter hook output priority raw; policy accept;
    tcp flags & (fin | syn | rst | ack) != syn return
    oifname "lo" icmp type destination-unreachable icmp code port-unreachable return
    oifname "lo" icmpv6 type destination-unreachable icmpv6 code port-unreachable return
    queue num ${queue}${bypass ? ' bypass' : ''}
  }
}
`;
}

export class NftTable {
  readonly #text: string;
  #installed: string | undefined;

  constructor(options: QueueOptions) {
    this.#text = nftTableText(options);
  }

  /** Throws FirewallError where nft or the kernel lacks something. Changes nothing. */
  async probe(): Promise<void> {
    await nft(['-c', '-f', '-'], this.#text);
  }

  /** Throws FirewallError; then nothing of ours is left. */
  async install(): Promise<void> {
    await this.putBack();
  }

  async putBack(): Promise<void> {
    await nft(['-f', '-'], this.#text);
    this.#installed = await listTable();
  }

  async remove(): Promise<void> {
    this.#installed = undefined;
    await removeNftTable();
  }

  async differences(): Promise<readonly string[]> {
    const now = await listTable();
    if (this.#installed === undefined || now === this.#installed) return [];
    return [now === undefined ? `table ${TABLE} was removed` : `the rules of table ${TABLE} were changed`];
  }
}

/** Does nothing where there is none, or no nft. */
export async function removeNftTable(): Promise<void> {
  if ((await listTable()) !== undefined) await nft(['-f', '-'], REMOVE);
}

/** Undefined where there is none. */
async function listTable(): Promise<string | undefined> {
  const { exitCode, stdout } = await runCommand('nft', { args: ['list', 'table', ...TABLE.split(' ')] });
  return exitCode === 0 ? stdout : undefined;
}

async function nft(args: readonly string[], input: string): Promise<void> {
  const { exitCode, stderr } = await runCommand('nft', { args, input });
  if (exitCode === 0) return;
  const remedy =
    exitCode === 127
      ? 'Install it: apt-get install nftables'
      : 'The kernel may lack nft_queue. Load it: modprobe nft_queue (CONFIG_NFT_QUEUE).';
  throw new FirewallError(
    `Could not change the nftables rules: nft ended with ${exitCode}: ${oneLine(stderr)}. ${remedy}`,
  );
}
