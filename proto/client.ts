// FirewallClient: the API of the agent as promises, for the CLI and the desktop alike.
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type { CallOptions as GrpcCallOptions, ChannelOptions } from '@grpc/grpc-js';
import { setMaxListeners } from 'node:events';
import { onAbort } from './abort.ts';
import { translateFailure } from './errors.ts';
import { loadFirewallService } from './service.ts';
import type { MethodName, Request, Response } from './service.ts';
import { checkSocket, socketPathFrom } from './socket.ts';
import { watchFirewall } from './watch.ts';
import type { WatchOptions, WatchUpdate } from './watch.ts';

export interface ConnectOptions {
  /** Default: SALLYPORT_SOCKET of the environment, else /run/sallyport/agent.sock. */
  readonly socketPath?: string | undefined;
  /** User id that must own the socket; 0 unless the agent is known to run as somebody else. */
  readonly ownerUid?: number | undefined;
  /** How long a call may take; 10 000 unless given. */
  readonly deadlineMs?: number | undefined;
}

export interface CallOptions {
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type UnaryMethodName = Exclude<MethodName, 'watch'>;

/** A request with only the fields that matter. */
export type Fields<T> = T extends object ? { readonly [K in keyof T]?: T[K] | undefined } : never;

/** Every unary call: fields that are left out have their defaults. Rejects with a FirewallError. */
export type UnaryCalls = {
  readonly [M in UnaryMethodName]: (
    request: Fields<Request<M>>,
    options?: CallOptions,
  ) => Promise<Response<M>>;
};

export interface FirewallClient extends UnaryCalls {
  readonly socketPath: string;
  /**
   * A snapshot, then every change, for as long as it is read; after a loss of the connection it starts again with a new
   * snapshot. Throws a FirewallError where trying again is no use (not permitted, unsafe socket, another version).
   */
  readonly watch: (options?: WatchOptions) => AsyncGenerator<WatchUpdate, void, undefined>;
  /** Ends the connection, every call on it (kind `cancelled`) and every watch (without an error). */
  readonly close: () => void;
}

const DEFAULT_DEADLINE_MS = 10_000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

const CHANNEL_OPTIONS: ChannelOptions = {
  // Own connection for each client: subchannels are shared within the process otherwise, and with them the connection.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.max_receive_message_length': LARGEST_ANSWER_BYTES,
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_retries': 0,
  'grpc.default_authority': 'sallyport',
};

/** A client of the agent at the socket. Nothing is connected, and nothing fails, before the first call. */
export function connectFirewall(options: ConnectOptions = {}): FirewallClient {
  const socketPath = socketPathFrom(options.socketPath);
  const channel = new Client(`unix:${socketPath}`, credentials.createInsecure(), CHANNEL_OPTIONS);
  const closing = new AbortController();
  // One listener for each call that is under way.
  setMaxListeners(0, closing.signal);
  const connection: Connection = {
    channel,
    closed: closing.signal,
    socketPath,
    check: () => checkSocket(socketPath, options.ownerUid ?? 0),
    deadlineMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS,
  };
  return {
    ...unaryCalls(connection),
    socketPath,
    watch: (watchOptions = {}) => watchFirewall(connection, watchOptions),
    close: () => {
      // A channel's own close waits for the calls on it.
      closing.abort();
      channel.close();
    },
  };
}

/** What a call needs; `check` throws a FirewallError where the socket is not the agent's. */
export interface Connection {
  readonly channel: Client;
  readonly socketPath: string;
  readonly check: () => void;
  readonly deadlineMs: number;
  /** Aborted by close(). */
  readonly closed: AbortSignal;
}

function unaryCalls(connection: Connection): UnaryCalls {
  return {
    decide: unary(connection, 'decide'),
    undoDecision: unary(connection, 'undoDecision'),
    dismissPrompts: unary(connection, 'dismissPrompts'),
    listRules: unary(connection, 'listRules'),
    putRule: unary(connection, 'putRule'),
    deleteRule: unary(connection, 'deleteRule'),
    setRuleEnabled: unary(connection, 'setRuleEnabled'),
    exportRules: unary(connection, 'exportRules'),
    readRules: unary(connection, 'readRules'),
    listRuleUses: unary(connection, 'listRuleUses'),
    getStatus: unary(connection, 'getStatus'),
    measureKernel: unary(connection, 'measureKernel'),
    explain: unary(connection, 'explain'),
    listHistory: unary(connection, 'listHistory'),
    setMode: unary(connection, 'setMode'),
  };
}

function unary<M extends UnaryMethodName>(connection: Connection, method: M): UnaryCalls[M] {
  const call = async (request: Fields<Request<M>>, options: CallOptions = {}): Promise<Response<M>> => {
    try {
      connection.check();
      return await send(connection, { method, request, options });
    } catch (failure) {
      throw translateFailure(failure, { method, socketPath: connection.socketPath });
    }
  };
  return call as UnaryCalls[M];
}

interface UnaryCall<M extends UnaryMethodName> {
  readonly method: M;
  readonly request: Fields<Request<M>>;
  readonly options: CallOptions;
}

function send<M extends UnaryMethodName>(connection: Connection, call: UnaryCall<M>): Promise<Response<M>> {
  const { path, requestSerialize, responseDeserialize } = loadFirewallService()[call.method];
  const { deadlineMs = connection.deadlineMs } = call.options;
  const options: GrpcCallOptions = { deadline: Date.now() + deadlineMs };
  return new Promise((resolve, reject) => {
    const request = call.request as Request<M>;
    const sent = connection.channel.makeUnaryRequest(
      path,
      requestSerialize as (value: Request<M>) => Buffer,
      responseDeserialize as (bytes: Buffer) => Response<M>,
      request,
      new Metadata(),
      options,
      (failure, response) => {
        release();
        if (failure) reject(failure);
        else if (response === undefined) reject(new Error('the agent answered without a message'));
        else resolve(response);
      },
    );
    const release = onAbort([call.options.signal, connection.closed], () => sent.cancel());
  });
}
