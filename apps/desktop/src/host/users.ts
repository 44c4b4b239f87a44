// The users of this machine, from the file that the agent reads their names from as well. Other sources (LDAP) are not asked.
import type { User } from '../shared/user.ts';
import { readSmallFile } from './small-file.ts';

const PASSWD = '/etc/passwd';
const MOST_BYTES = 1024 * 1024;
const MOST_USERS = 5000;
const LONGEST_NAME = 64;
const HIGHEST_UID = 0xffff_fffe;

export async function listUsers(file = PASSWD): Promise<readonly User[]> {
  const read = await readSmallFile(file, MOST_BYTES);
  return usersOf(read?.content.toString() ?? '');
}

/** The first of two lines with one name counts, as for the system. Pure. */
export function usersOf(passwd: string): readonly User[] {
  const users = new Map<string, User>();
  for (const line of passwd.split('\n')) {
    const [name = '', , uid = ''] = line.split(':');
    const isUser =
      name !== '' && name.length <= LONGEST_NAME && /^\d{1,10}$/.test(uid) && Number(uid) <= HIGHEST_UID;
    if (isUser && !users.has(name) && users.size < MOST_USERS) users.set(name, { uid: Number(uid), name });
  }
  return [...users.values()];
}
