// Apps as written in rules: what is a valid app id, and which may carry an allow that outlives its process.
import { posix } from 'node:path';
import type { AppId } from '../domain/app.ts';
import { readContainerApp } from '../domain/container.ts';
import type { Action } from '../domain/rule.ts';
import { refused } from './address-text.ts';
import type { Read } from './address-text.ts';

const OTHER_APPS = /^(unknown|deleted:\/.+|memfd:.+|mnt-\d+:\/.+|inode:\d+:\d+:\d+)$/su;

/** Only a path, here or in a container with a name, stands for the same program tomorrow, and such a name for the same container. Denying others is safe, so they may be denied. */
export function readApp(text: string, action: Action): Read<AppId> {
  if (text.includes('\0')) return refused('has a NUL in it, which no path can have');
  if (text.startsWith('/')) return readPath(text, '');
  if (text.startsWith('container:')) return readContainer(text, action);
  if (!OTHER_APPS.test(text)) {
    return refused('is not an absolute path: write the whole path of the executable, such as /usr/bin/curl');
  }
  return isDenied(text, action);
}

function isDenied(text: string, action: Action): Read<AppId> {
  if (action === 'deny') return valueOf(text);
  return refused(
    'is no path of a file, so another program could take its name: only a path may be allowed for longer than a process',
  );
}

function readContainer(text: string, action: Action): Read<AppId> {
  const container = readContainerApp(text);
  if (container === undefined)
    return refused(
      'names no container: write its runtime, its name and the whole path in it, such as container:docker/web:/usr/bin/curl, or container:docker/web for every program in it',
    );
  const { path, isNamed } = container;
  const read = path === undefined ? valueOf(text) : readPath(path, text.slice(0, -path.length));
  return read.kind === 'value' && !isNamed ? isDenied(text, action) : read;
}

/** `place` stands before the path. */
function readPath(path: string, place: string): Read<AppId> {
  const normal = posix.normalize(path).replace(/(?<=.)\/$/, '');
  if (normal === '/') return refused('is the root directory: write the whole path of the executable');
  if (normal !== path) return refused(`is not in its shortest form: write ${place}${normal}`);
  return valueOf(`${place}${path}`);
}

function valueOf(text: string): Read<AppId> {
  return { kind: 'value', value: text as AppId };
}
