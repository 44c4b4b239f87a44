// What a crashed agent may have left in the netfilter rules, whichever way it queued packets.
import { FirewallError, removeChains } from './firewall.ts';
import { removeNftTable } from './nft-table.ts';

/** Removes all of it. Does nothing where there is nothing. */
export async function removeLeftovers(): Promise<void> {
  await removeNftTable();
  await removeChains();
}

/** Once the rules of the one kind are in place: those of the other would queue the same packets a second time. */
export async function removeOtherKind(installed: 'iptables' | 'nftables'): Promise<void> {
  if (installed === 'iptables') return removeNftTable();
  try {
    await removeChains();
  } catch (error) {
    // Without a working iptables there are no chains of ours.
    if (!(error instanceof FirewallError)) throw error;
  }
}
