// The name servers of this machine, for the network `resolvers` in rules: read from resolv.conf, again when it changes.
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { isIP } from 'node:net';

const RESOLV_CONF = '/etc/resolv.conf';
/** Behind the stub of systemd-resolved, its own upstream servers. */
const UPSTREAM_CONF = '/run/systemd/resolve/resolv.conf';
const FILES = [RESOLV_CONF, UPSTREAM_CONF];
const LOOK_EVERY_MS = 10_000;

/**
 * Calls back when a file changed. By stat every 10 s: resolv.conf is replaced by rename, often behind symbolic links into
 * other directories, where inotify would have to follow every link of the chain.
 */
export function watchResolvers(onChange: () => void): () => void {
  for (const file of FILES) watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, onChange);
  return () => {
    for (const file of FILES) unwatchFile(file, onChange);
  };
}

/** Addresses of all configured name servers, without zones; each once. */
export function readResolvers(files: readonly string[] = FILES): readonly string[] {
  return [...new Set(files.flatMap(nameServers))];
}

function nameServers(file: string): readonly string[] {
  return readOrEmpty(file)
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1]?.split('%')[0])
    .filter((address) => address !== undefined && isIP(address) !== 0) as readonly string[];
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No such file: then it names no servers.
    return '';
  }
}
