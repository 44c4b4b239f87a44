// Which programs this machine has, for tests that need some of them.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether the command is found as a shell would find it. */
export function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => existsSync(join(directory, command)));
}

/** For node:test, as `skip`: what is missing and how to get it, or false. */
export function needsCommands(commands: readonly string[], debianPackages: string): string | false {
  const missing = commands.filter((command) => !isInstalled(command));
  return missing.length > 0 && `needs ${missing.join(', ')}: apt-get install ${debianPackages}`;
}
