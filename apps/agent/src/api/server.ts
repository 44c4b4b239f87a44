// ApiServer: the gRPC server of the agent on its Unix socket. It hands each accepted connection to gRPC only after the kernel
// has said who is at the other end.
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ConnectionInjector } from '@grpc/grpc-js';
import { createServer } from 'node:net';
import type { Server as SocketServer, Socket } from 'node:net';
import { Connections } from './connections.ts';
import { FIREWALL_GROUP, groupId } from './group.ts';
import { unaryHandlers } from './handlers.ts';
import { API_LIMITS } from './limits.ts';
import type { ApiLimits } from './limits.ts';
import type { FirewallPort, PeerCredentials } from './ports.ts';
import { statusWith } from './refusal.ts';
import { addFirewallService } from './service.ts';
import { listenAt } from './socket-file.ts';
import type { SocketFile } from './socket-file.ts';
import { Watchers } from './watchers.ts';

export interface ApiServerOptions {
  /** Absolute path, at most 90 bytes. */
  readonly socketPath: string;
  readonly firewall: FirewallPort;
  /** Who is at the other end; undefined, or an error: the connection is destroyed. */
  readonly peerCredentials: (socket: Socket) => PeerCredentials | undefined;
  readonly log: (text: string) => void;
  readonly limits?: Partial<ApiLimits>;
  /** Id of the group that may use the firewall; from /etc/group unless given. */
  readonly groupId?: () => number | undefined;
  /** A user besides root and the group who may use the firewall: whoever runs it from a checkout by sudo. */
  readonly allowedUid?: number | undefined;
  readonly nowMs?: () => number;
}

const STOPPING = statusWith(status.UNAVAILABLE, 'The agent is stopping.');
/** How long the last messages have to reach their clients. */
const GRACE_MS = 200;

export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #connections: Connections;
  readonly #watchers: Watchers;
  readonly #grpc: Server;
  readonly #injector: ConnectionInjector;
  readonly #listener: SocketServer;
  #file: SocketFile | undefined;

  constructor(options: ApiServerOptions) {
    const { firewall, log } = options;
    const limits = { ...API_LIMITS, ...options.limits };
    this.#options = options;
    this.#connections = new Connections({
      limits,
      groupId: options.groupId ?? ((): number | undefined => groupId(FIREWALL_GROUP)),
      allowedUid: options.allowedUid,
    });
    this.#watchers = new Watchers({ firewall, log, waitingEvents: limits.waitingEvents });
    this.#grpc = grpcServer(limits);
    const handlers = unaryHandlers(firewall, options.nowMs ?? Date.now);
    addFirewallService(this.#grpc, {
      connections: this.#connections,
      watchers: this.#watchers,
      handlers,
      log,
    });
    this.#injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.#listener = createServer((socket) => this.#accept(socket));
  }

  /** Clients can connect from then on. Throws an Error that says what is in the way of the socket. */
  async listen(): Promise<void> {
    this.#file = await listenAt(this.#listener, this.#options.socketPath);
    this.#listener.on('error', (error) => this.#options.log(`the API's socket: ${error.message}`));
  }

  /** Ends every stream and connection and removes the socket. */
  async close(): Promise<void> {
    this.#file?.remove();
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    this.#watchers.endAll(STOPPING);
    this.#injector.drain(GRACE_MS);
    const grace = setTimeout(() => this.#connections.destroyAll(), GRACE_MS);
    await closed;
    clearTimeout(grace);
    this.#grpc.forceShutdown();
  }

  #accept(socket: Socket): void {
    // gRPC listens for errors of its session; this one is for those before and after it.
    socket.on('error', () => undefined);
    const credentials = this.#credentialsOf(socket);
    if (credentials && this.#connections.admit(socket, credentials)) this.#injector.injectConnection(socket);
    else socket.destroy();
  }

  #credentialsOf(socket: Socket): PeerCredentials | undefined {
    try {
      return this.#options.peerCredentials(socket);
    } catch (error) {
      this.#options.log(`a connection was refused, its peer is not known: ${String(error)}`);
      return undefined;
    }
  }
}

function grpcServer(limits: ApiLimits): Server {
  return new Server({
    'grpc.max_receive_message_length': limits.requestBytes,
    'grpc.max_concurrent_streams': limits.streamsPerConnection,
    'grpc.keepalive_time_ms': limits.keepaliveTimeMs,
    'grpc.keepalive_timeout_ms': limits.keepaliveTimeoutMs,
    'grpc.enable_channelz': 0,
  });
}
