// Names of users and groups from /etc/passwd and /etc/group. Read again when the file changed.
import { readFileSync, statSync } from 'node:fs';

interface NameTable {
  readonly byName: ReadonlyMap<string, number>;
  readonly byNumber: ReadonlyMap<number, string>;
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** /etc/passwd, /etc/group, or a file like them. */
export class AccountFile {
  readonly #path: string;
  #stamp = '';
  #table: NameTable = { byName: new Map(), byNumber: new Map(), members: new Map() };

  constructor(path: string) {
    this.#path = path;
  }

  table(): NameTable {
    const stamp = fileStamp(this.#path);
    if (stamp !== this.#stamp) {
      this.#stamp = stamp;
      this.#table = stamp === '' ? this.#table : parse(readFileSync(this.#path, 'utf8'));
    }
    return this.#table;
  }
}

function fileStamp(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
}

function parse(text: string): NameTable {
  const byName = new Map<string, number>();
  const byNumber = new Map<number, string>();
  const members = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const [name, , number, last] = line.split(':');
    if (name === undefined || number === undefined || !/^\d+$/.test(number)) continue;
    if (!byName.has(name)) byName.set(name, Number(number));
    if (!byNumber.has(Number(number))) byNumber.set(Number(number), name);
    members.set(
      name,
      (last ?? '').split(',').filter((member) => member !== ''),
    );
  }
  return { byName, byNumber, members };
}

const passwd = new AccountFile('/etc/passwd');
const group = new AccountFile('/etc/group');

/** Undefined where the local files know no such user. */
export function userName(uid: number): string | undefined {
  return passwd.table().byNumber.get(uid);
}

export function userId(name: string): number | undefined {
  return passwd.table().byName.get(name);
}

export function groupId(name: string): number | undefined {
  return group.table().byName.get(name);
}
