// electron-builder.yml is what electron-builder takes. What asks it is installed apart, by whoever makes packages and by this check.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outputTail } from '../setup/command.mjs';
import { nodeBinary } from '../setup/privileges.mjs';

const TOOLS = 'packaging/node_modules/.package-lock.json';

/** Installs electron-builder into packaging/ where it is missing; undefined, or why that did not work. */
export function installPackagingTools(root) {
  if (existsSync(join(root, TOOLS))) return undefined;
  const words = ['ci', '--prefix', join(root, 'packaging'), '--ignore-scripts', '--loglevel=error'];
  const { status, stdout, stderr, error } = spawnSync('npm', words, { cwd: root, encoding: 'utf8' });
  return status === 0 ? undefined : outputTail(error?.message ?? `${stdout}${stderr}`, 5);
}

/** What electron-builder says against the configuration. */
export function packagingProblems(root, file = join(root, 'electron-builder.yml')) {
  const failure = installPackagingTools(root);
  if (failure !== undefined) return [`electron-builder could not be installed:\n${failure}`];
  const words = [join(root, 'packaging/validate.mjs'), file];
  const { status, stdout, stderr } = spawnSync(nodeBinary, words, { encoding: 'utf8' });
  return status === 0 ? [] : [outputTail(`${stdout}${stderr}`, 20)];
}
