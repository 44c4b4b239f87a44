// The agent's socket in the file system: it appears at its path at once with its final owner and mode, replaces only the
// socket of a dead agent, and is removed only while it is still ours.
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { dirname } from 'node:path';

export interface SocketFile {
  /** Removes the socket unless another agent has replaced it. */
  readonly remove: () => void;
}

/**
 * Makes the server listen at the path. Everybody may connect: who may do what is decided by the peer's credentials, so that
 * a user who may not is told so and how to change it. The directory is made where it is missing. Throws an Error with a
 * text for the log where that is not possible or not safe.
 */
export async function listenAt(server: Server, path: string): Promise<SocketFile> {
  prepareDirectory(dirname(path));
  await refuseUnlessFree(path);
  const unfinished = `${path}.${process.pid}`;
  rmSync(unfinished, { force: true });
  await listenPrivately(server, unfinished);
  chmodSync(unfinished, 0o666);
  // Takes the place of a dead agent's socket in one step: a client meets the old one, the new one, or none.
  renameSync(unfinished, path);
  const { ino } = lstatSync(path);
  return { remove: () => removeIfSame(path, ino) };
}

function prepareDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const { uid, mode } = lstatSync(directory);
  const own = uid === 0 || uid === process.getuid?.();
  if (own && (mode & 0o022) === 0) return;
  throw new Error(
    `Could not make a socket in ${directory}: others may write there and could put their own in its place. Make it root's: \`chown root ${directory}; chmod 755 ${directory}\`.`,
  );
}

async function refuseUnlessFree(path: string): Promise<void> {
  const file = statOf(path);
  if (file === undefined) return;
  if (!file.isSocket())
    throw new Error(`Could not listen at ${path}: there is something that is not a socket. Move it away.`);
  if (await answers(path))
    throw new Error(
      `Could not listen at ${path}: another agent is listening there. See which with \`ss -xlp src ${path}\` and stop it first.`,
    );
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Only a refused connection, or none there any more, means that nobody listens. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}

/** From its first moment nobody else can connect: Node binds a pipe within the call of listen(). */
function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const umask = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(umask);
    }
  });
}

function removeIfSame(path: string, inode: number): void {
  if (statOf(path)?.ino === inode) rmSync(path, { force: true });
}
