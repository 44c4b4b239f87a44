// Who is at the other end of each connection: the peer's credentials become a Client, and every call finds it again.
import type { Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import type { Client, ClientId } from '../domain/client.ts';
import type { ApiLimits } from './limits.ts';
import type { PeerCredentials } from './ports.ts';
import { RefusedCall } from './refusal.ts';

interface Connection {
  readonly client: Client;
  readonly socket: Socket;
  /** Every call on this connection is answered with it. */
  readonly refusal: RefusedCall | undefined;
}

/** What a handler has of its call: grpc-js reads it from the session's own socket, never from the request. */
export interface Peer {
  getPeer(): string;
}

export interface ConnectionOptions {
  readonly limits: ApiLimits;
  /** Group whose members may use the firewall; asked for each connection. */
  readonly groupId: () => number | undefined;
  /** A user besides root and the group who may use the firewall. */
  readonly allowedUid: number | undefined;
}

export class Connections {
  readonly #options: ConnectionOptions;
  readonly #byName = new Map<string, Connection>();
  #accepted = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** True when the connection may be served, if only to refuse its calls; false: it is to be destroyed. */
  admit(socket: Socket, credentials: PeerCredentials): boolean {
    const client = this.#clientOf(credentials);
    const refusal = this.#refusalFor(client);
    if (refusal && this.#refusedCount() >= this.#options.limits.refusedConnections) return false;
    this.#byName.set(client.id, { client, socket, refusal });
    socket.once('close', () => this.#byName.delete(client.id));
    nameSocket(socket, client.id);
    if (refusal) endAfter(socket, this.#options.limits.refusedConnectionMs);
    return true;
  }

  /** The Client of a call that may be answered; throws a RefusedCall otherwise. */
  permitted(call: Peer): Client {
    const connection = this.#byName.get(call.getPeer());
    if (connection === undefined)
      throw new RefusedCall(status.UNAVAILABLE, 'The connection ended before its call was read. Try again.');
    if (connection.refusal) throw connection.refusal;
    return connection.client;
  }

  destroyAll(): void {
    for (const { socket } of this.#byName.values()) socket.destroy();
  }

  #clientOf(credentials: PeerCredentials): Client {
    const { pid, uid } = credentials;
    this.#accepted += 1;
    const group = this.#options.groupId();
    const inGroup = group !== undefined && (credentials.gid === group || credentials.groups.includes(group));
    return {
      id: `client-${this.#accepted}` as ClientId,
      pid,
      uid,
      mayDecide: uid === 0 || uid === this.#options.allowedUid || inGroup,
    };
  }

  #refusalFor(client: Client): RefusedCall | undefined {
    if (!client.mayDecide) return notPermitted(client);
    const { connections, connectionsPerUid } = this.#options.limits;
    const served = [...this.#byName.values()].filter(({ refusal }) => refusal === undefined);
    if (served.length >= connections) return tooMany(`${connections} connections are open`);
    const ofUid = served.filter((other) => other.client.uid === client.uid);
    if (ofUid.length < connectionsPerUid) return undefined;
    return tooMany(`the user id ${client.uid} has ${connectionsPerUid} connections open`);
  }

  #refusedCount(): number {
    return [...this.#byName.values()].filter(({ refusal }) => refusal !== undefined).length;
  }
}

function notPermitted(client: Client): RefusedCall {
  return new RefusedCall(
    status.PERMISSION_DENIED,
    `The user id ${client.uid} may not use the firewall: only root and members of the group sallyport may. Ask root to add you: \`usermod -aG sallyport NAME\`, then log in again.`,
  );
}

function tooMany(text: string): RefusedCall {
  return new RefusedCall(
    status.RESOURCE_EXHAUSTED,
    `Refused: ${text}, and that is the limit. Close one and try again.`,
  );
}

/** A Unix socket has no remote address of its own, so the name is free for what getPeer() returns. */
function nameSocket(socket: Socket, name: string): void {
  Object.defineProperty(socket, 'remoteAddress', { value: name });
}

function endAfter(socket: Socket, delayMs: number): void {
  const timer = setTimeout(() => socket.destroy(), delayMs);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
