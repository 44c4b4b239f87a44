// Users by name or number.
import { execFileSync } from 'node:child_process';
import { wrongUsage } from '../exit-codes.ts';

const LARGEST_UID = 0xffff_fffe;

/** The numeric user id of `1000` or `alice`. Throws wrong usage. */
export function parseUser(text: string, option: string): number {
  const uid = /^\d{1,10}$/.test(text) ? Number(text) : uidOfName(text);
  if (uid === undefined || uid > LARGEST_UID)
    throw wrongUsage(`${option}: there is no user "${text}" on this machine.`);
  return uid;
}

function uidOfName(name: string): number | undefined {
  if (!/^[A-Za-z_][\w.@-]*\$?$/.test(name)) return undefined;
  try {
    // getent and not /etc/passwd: users may come from a directory service.
    const entry = execFileSync('getent', ['passwd', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const uid = entry.split(':')[2];
    return uid === undefined || !/^\d+$/.test(uid) ? undefined : Number(uid);
  } catch {
    return undefined;
  }
}
