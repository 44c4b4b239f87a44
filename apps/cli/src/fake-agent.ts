// FakeAgent: the Firewall service over a real Unix socket for the tests here, with answers that a test can change.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { handleServerStreamingCall, handleUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { loadFirewallService } from '@sallyport/proto';
import type { MethodName, Request, Response, WatchEvent, WatchRequest } from '@sallyport/proto';

export type UnaryName = Exclude<MethodName, 'watch'>;
export type Answers = { [M in UnaryName]?: (request: Request<M>) => Response<M> };

/** Thrown by an answer, it becomes that gRPC status. */
export class Refusal extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

export interface FakeAgent {
  readonly socketPath: string;
  readonly directory: string;
  /** Every unary request so far. */
  readonly requests: readonly { readonly method: UnaryName; readonly request: unknown }[];
  answers: Answers;
  /** What a new watch gets first. */
  greeting: readonly WatchEvent[];
  readonly send: (event: WatchEvent) => void;
  readonly start: () => Promise<void>;
  /** Ends all connections, as a crash does. */
  readonly stop: () => void;
  /** Stops and removes the directory. */
  readonly remove: () => void;
}

const UNARY_NAMES = [
  'decide',
  'undoDecision',
  'dismissPrompts',
  'listRules',
  'putRule',
  'deleteRule',
  'setRuleEnabled',
  'getStatus',
  'measureKernel',
  'explain',
  'listHistory',
  'setMode',
] as const satisfies readonly UnaryName[];

/** A started agent on a socket in a directory of its own. */
export async function startFakeAgent(answers: Answers = {}): Promise<FakeAgent> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  const socketPath = join(directory, 'agent.sock');
  const requests: { method: UnaryName; request: unknown }[] = [];
  const watchers = new Set<ServerWritableStream<WatchRequest, WatchEvent>>();
  let server: Server | undefined;
  const stop = (): void => {
    server?.forceShutdown();
    server = undefined;
    watchers.clear();
    rmSync(socketPath, { force: true });
  };
  const agent: FakeAgent = {
    socketPath,
    directory,
    requests,
    answers,
    greeting: [],
    send: (event) => watchers.forEach((watcher) => watcher.write(event)),
    start: async () => {
      server = serverOf(agent, { requests, watchers });
      await bind(server, socketPath);
    },
    stop,
    remove: () => {
      stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await agent.start();
  return agent;
}

interface Recording {
  readonly requests: { method: UnaryName; request: unknown }[];
  readonly watchers: Set<ServerWritableStream<WatchRequest, WatchEvent>>;
}

function serverOf(agent: FakeAgent, { requests, watchers }: Recording): Server {
  const unary = UNARY_NAMES.map((method) => {
    const handle: handleUnaryCall<unknown, unknown> = (call, callback) => {
      requests.push({ method, request: call.request });
      try {
        const answer = agent.answers[method] as ((request: unknown) => unknown) | undefined;
        if (answer === undefined) throw new Refusal(status.UNIMPLEMENTED, `no answer for ${method}`);
        callback(null, answer(call.request));
      } catch (failure) {
        if (!(failure instanceof Refusal)) throw failure;
        callback({ code: failure.code, details: failure.message });
      }
    };
    return [method, handle] as const;
  });
  const watch: handleServerStreamingCall<WatchRequest, WatchEvent> = (call) => {
    watchers.add(call);
    call.on('cancelled', () => watchers.delete(call));
    for (const event of agent.greeting) call.write(event);
  };
  const server = new Server();
  server.addService(loadFirewallService(), { ...Object.fromEntries(unary), watch });
  return server;
}

function bind(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`unix:${socketPath}`, ServerCredentials.createInsecure(), (failure) =>
      failure === null ? resolve() : reject(failure),
    );
  });
}
