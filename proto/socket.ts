// The agent's socket as a front end sees it: where it is, and whether it is safe to talk to.
import { accessSync, constants, lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { FirewallError, notPermitted, notRunning } from './errors.ts';
import type { Explanation } from './errors.ts';

export const DEFAULT_SOCKET_PATH = '/run/sallyport/agent.sock';
/** Set to use another socket than the default. */
export const SOCKET_VARIABLE = 'SALLYPORT_SOCKET';

/** Path of the socket to use: the given one, else that of the environment, else the default. */
export function socketPathFrom(given: string | undefined, environment = process.env): string {
  const fromEnvironment = environment[SOCKET_VARIABLE];
  return given ?? (fromEnvironment === '' ? undefined : fromEnvironment) ?? DEFAULT_SOCKET_PATH;
}

/**
 * Throws a FirewallError unless a socket is there, belongs to `ownerUid` and may be opened by this process. Only root can make
 * a socket that belongs to root, so whoever listens there was started by root.
 */
export function checkSocket(socketPath: string, ownerUid: number): void {
  const file = statOf(socketPath);
  if (!file.isSocket())
    throw unsafe(socketPath, `it is not a socket${file.isSymbolicLink() ? ' but a symbolic link' : ''}`);
  if (file.uid !== ownerUid)
    throw unsafe(socketPath, `it belongs to the user id ${file.uid}, and the agent's user id is ${ownerUid}`);
  try {
    accessSync(socketPath, constants.W_OK);
  } catch (cause) {
    throw unreachable('not-permitted', notPermitted(socketPath), cause);
  }
}

function statOf(socketPath: string): Stats {
  try {
    return lstatSync(socketPath);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const happened = code === 'ENOENT' ? 'there is no such file' : code;
    throw unreachable('unavailable', notRunning(socketPath, happened), cause);
  }
}

function unreachable(
  kind: 'unavailable' | 'not-permitted',
  { happened, remedy }: Explanation,
  cause: unknown,
): FirewallError {
  return new FirewallError(kind, `Could not reach the agent: ${happened}`, { cause, remedy });
}

function unsafe(socketPath: string, reason: string): FirewallError {
  return new FirewallError(
    'unsafe-socket',
    `Refused to talk to ${socketPath}: ${reason}. Somebody else may have put it there.`,
    { remedy: `Check it with \`ls -l ${socketPath}\`; name another socket in ${SOCKET_VARIABLE}.` },
  );
}
