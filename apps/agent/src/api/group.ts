// The group whose members may use the firewall, from /etc/group.
import { readFileSync } from 'node:fs';

export const FIREWALL_GROUP = 'sallyport';
const GROUP_FILE = '/etc/group';

/** Numeric id of a local group; undefined where there is no such group or the file cannot be read. */
export function groupId(name: string, file = GROUP_FILE): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return groupIdIn(text, name);
}

/** Lines are `name:password:gid:members`. */
export function groupIdIn(text: string, name: string): number | undefined {
  for (const line of text.split('\n')) {
    const [lineName, , gid = ''] = line.split(':');
    if (lineName === name && /^\d{1,10}$/.test(gid)) return Number(gid);
  }
  return undefined;
}
