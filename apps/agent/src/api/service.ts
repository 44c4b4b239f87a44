// The gRPC service over the handlers: finds each call's Client, refuses who may not, and turns every failure into a status.
import { status } from '@grpc/grpc-js';
import type { handleUnaryCall, MethodDefinition, Server } from '@grpc/grpc-js';
import { loadFirewallService } from '@sallyport/proto';
import type { FirewallService, MethodName, Request, Response, UnaryMethodName } from '@sallyport/proto';
import type { Connections } from './connections.ts';
import type { Answer, UnaryHandlers } from './handlers.ts';
import { RefusedCall, statusOf, statusWith } from './refusal.ts';
import type { CallStatus } from './refusal.ts';
import type { WatchCall } from './watch-stream.ts';
import type { Watchers } from './watchers.ts';

export interface ServiceParts {
  readonly connections: Connections;
  readonly handlers: UnaryHandlers;
  readonly watchers: Watchers;
  readonly log: (text: string) => void;
}

/** Registers every method of the service. */
export function addFirewallService(server: Server, parts: ServiceParts): void {
  const service = loadFirewallService();
  const unaryNames = (Object.keys(service) as MethodName[]).filter((name) => name !== 'watch');
  const unary = unaryNames.map((name) => [name, answer(name, parts)] as const);
  server.addService(tolerant(service), { ...Object.fromEntries(unary), watch: watch(parts) });
}

/** Stands for a request that could not be decoded: its handler answers with a clear status, grpc-js would with a vague one. */
const UNREADABLE: object = Object.freeze({});

function tolerant(service: FirewallService): Record<string, MethodDefinition<object, object>> {
  const methods = Object.entries(service) as [string, MethodDefinition<object, object>][];
  return Object.fromEntries(
    methods.map(([name, method]) => [name, { ...method, requestDeserialize: decodeOrMark(method) }]),
  );
}

function decodeOrMark(method: MethodDefinition<object, object>): (bytes: Buffer) => object {
  return (bytes) => {
    try {
      return method.requestDeserialize(bytes);
    } catch {
      return UNREADABLE;
    }
  };
}

function answer<M extends UnaryMethodName>(
  name: M,
  parts: ServiceParts,
): handleUnaryCall<Request<M>, Response<M>> {
  // The mapped type holds for each name; TypeScript cannot follow it through a generic one.
  const handle = parts.handlers[name] as (
    request: Request<M>,
    client: ReturnType<Connections['permitted']>,
  ) => Answer<M> | Promise<Answer<M>>;
  return (call, callback) => {
    const respond = async (): Promise<Answer<M>> => {
      const client = parts.connections.permitted(call);
      return await handle(decoded(call.request), client);
    };
    respond().then(
      // The codec of every message takes an encoded one as well.
      (response) => callback(null, response),
      (failure: unknown) => callback(statusFor(failure, name, parts)),
    );
  };
}

function watch(parts: ServiceParts): (call: WatchCall) => void {
  return (call) => {
    try {
      const client = parts.connections.permitted(call);
      const { history, traffic } = decoded(call.request);
      parts.watchers.start({ call, client, history, traffic });
    } catch (failure) {
      call.emit('error', statusFor(failure, 'watch', parts));
    }
  };
}

function decoded<T>(request: T): T {
  if (request !== UNREADABLE) return request;
  throw new RefusedCall(
    status.INVALID_ARGUMENT,
    'The request is not a message of this call. The client may have another version, or is broken.',
  );
}

function statusFor(failure: unknown, method: MethodName, parts: ServiceParts): CallStatus {
  const expected = statusOf(failure);
  if (expected) return expected;
  parts.log(`${method}: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`);
  return statusWith(status.INTERNAL, `A fault inside the agent while it served ${method}`);
}
