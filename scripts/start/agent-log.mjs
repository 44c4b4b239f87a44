// Where the agent logs while the prompts have the terminal: one file in the checkout, new at every start.
import { constants, fchownSync, lchownSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '../setup/privileges.mjs';

/** Opens `.cache/agent.log`, readable for the checkout's owner. The old file goes away first, so a link there is not followed. */
export function openLog() {
  const folder = join(rootFolder, '.cache');
  const owner = statSync(rootFolder);
  if (mkdirSync(folder, { recursive: true }) !== undefined) lchownSync(folder, owner.uid, owner.gid);
  const path = join(folder, 'agent.log');
  rmSync(path, { force: true });
  const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640);
  fchownSync(descriptor, owner.uid, owner.gid);
  return { path, descriptor };
}
