// The ground that all cases stand on: where they reach, and their compiled programs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lab/commands.ts';
import type { NetworkLab } from '../lab/network-lab.ts';

/** Every address of the suite is the server's own, where nobody listens: refusals come at once. */
export function answerForAll(lab: NetworkLab): void {
  lab.run('server', 'ip', 'route', 'add', 'local', '198.18.0.0/15', 'dev', 'lo');
  lab.run('server', 'ip', '-6', 'route', 'add', 'local', '2001:db8:5::/64', 'dev', 'lo');
  lab.run('client', 'sysctl', '-q', '-w', 'net.ipv4.ping_group_range=0 0');
}

/** From ./programs, or those of the kernel tests. */
export function compile(directory: string, name: string): void {
  const own = sourceOf('programs', name);
  const sources = existsSync(own)
    ? [own, sourceOf('programs', 'attempt')]
    : [sourceOf('../kernel/programs', name)];
  run('cc', '-O2', '-Wall', '-Wextra', '-pthread', '-o', join(directory, name), ...sources);
}

function sourceOf(directory: string, name: string): string {
  return new URL(`${directory}/${name}.c`, import.meta.url).pathname;
}
