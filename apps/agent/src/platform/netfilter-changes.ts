// Tells when somebody changes netfilter rules: at once for nftables and iptables-nft. iptables-legacy tells nobody.
import { monitorNetlink, NETFILTER_GROUPS } from '@sallyport/linux';

/** Calls back after each change in this network namespace, own changes included. Returns a function that ends it. */
export function watchNetfilter(onChange: () => void): () => void {
  const monitor = monitorNetlink('netfilter', [NETFILTER_GROUPS.nftables], onChange);
  monitor.unref();
  return () => monitor.close();
}
