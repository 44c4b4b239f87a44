// FirewallError: whatever goes wrong between a front end and the agent, in words that say what was tried, what happened
// and what to do. The one place where gRPC statuses are translated for front ends.
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { userInfo } from 'node:os';
import { serviceHints } from './how-to-start.ts';
import type { MethodName } from './service.ts';

export type FirewallErrorKind =
  /** No agent listens, or the connection to it was lost. */
  | 'unavailable'
  /** This user is neither root nor in the group `sallyport`. */
  | 'not-permitted'
  /** The socket does not belong to the agent's user: nothing was sent to it. */
  | 'unsafe-socket'
  | 'invalid'
  | 'not-found'
  /** The prompt is no longer what was seen, or the time to undo is over: look again. */
  | 'changed'
  /** What was asked does not fit, e.g. a lasting rule for an App that may not carry one. */
  | 'refused'
  /** A limit: connections, message size, a stream that was not read, a full disk. */
  | 'limit'
  | 'timeout'
  | 'cancelled'
  /** The agent does not know the call: another version. */
  | 'unsupported'
  | 'internal';

export interface FirewallErrorOptions extends ErrorOptions {
  /** What to do, as whole sentences; left out where the text says all. */
  readonly remedy?: string | undefined;
}

/** `message` is text and remedy together; front ends with room for both show them apart. */
export class FirewallError extends Error {
  override readonly name = 'FirewallError';
  readonly kind: FirewallErrorKind;
  /** What was tried and what happened. */
  readonly text: string;
  /** What to do; empty where the text says all. */
  readonly remedy: string;

  constructor(kind: FirewallErrorKind, text: string, options: FirewallErrorOptions = {}) {
    const { remedy = '' } = options;
    super(remedy === '' ? text : `${text} ${remedy}`, options);
    this.kind = kind;
    this.text = text;
    this.remedy = remedy;
  }
}

const ATTEMPTS: Readonly<Record<MethodName, string>> = {
  watch: 'watch the firewall',
  decide: 'answer the prompt',
  undoDecision: 'undo the answer',
  dismissPrompts: 'dismiss the missed questions',
  listRules: 'list the rules',
  putRule: 'save the rule',
  deleteRule: 'delete the rule',
  setRuleEnabled: 'switch the rule',
  exportRules: 'write the rules as text',
  readRules: 'read the rules of a text',
  listRuleUses: 'count what the rules decided',
  getStatus: 'read the status',
  measureKernel: 'measure the kernel programs',
  explain: 'explain the flow',
  listHistory: 'read the history',
  setMode: 'change the mode',
};

const KINDS: Readonly<Partial<Record<status, FirewallErrorKind>>> = {
  [status.UNAVAILABLE]: 'unavailable',
  [status.PERMISSION_DENIED]: 'not-permitted',
  [status.UNAUTHENTICATED]: 'not-permitted',
  [status.INVALID_ARGUMENT]: 'invalid',
  [status.OUT_OF_RANGE]: 'invalid',
  [status.NOT_FOUND]: 'not-found',
  [status.FAILED_PRECONDITION]: 'refused',
  [status.ABORTED]: 'changed',
  [status.ALREADY_EXISTS]: 'refused',
  [status.RESOURCE_EXHAUSTED]: 'limit',
  [status.DEADLINE_EXCEEDED]: 'timeout',
  [status.CANCELLED]: 'cancelled',
  [status.UNIMPLEMENTED]: 'unsupported',
};

export interface Attempt {
  readonly method: MethodName;
  readonly socketPath: string;
}

/** What a gRPC failure means to a person. Anything that is not a gRPC status is a fault of ours: `internal`. */
export function translateFailure(failure: unknown, attempt: Attempt): FirewallError {
  if (failure instanceof FirewallError) return failure;
  const tried = `Could not ${ATTEMPTS[attempt.method]}: `;
  if (!isServiceError(failure))
    return new FirewallError('internal', tried + String(failure), { cause: failure });
  const kind = KINDS[failure.code] ?? 'internal';
  const { happened, remedy } = explanation(kind, failure.details, attempt);
  return new FirewallError(kind, tried + happened, { cause: failure, remedy });
}

/** What happened, to follow a colon, and what to do about it. */
export interface Explanation {
  readonly happened: string;
  readonly remedy: string;
}

/** The agent's own text where it says all; for what the agent could not say, what to do. */
function explanation(kind: FirewallErrorKind, details: string, attempt: Attempt): Explanation {
  switch (kind) {
    case 'unavailable':
      return notRunning(attempt.socketPath, details);
    case 'timeout':
      return {
        happened: `the agent did not answer in time (${details}).`,
        remedy: `Try again; if it persists, see the agent's log: ${serviceHints().log}`,
      };
    case 'unsupported':
      return {
        happened: `the agent does not know this call (${details}).`,
        remedy: 'It has another version: restart it after the update.',
      };
    case 'internal':
      return {
        happened: sentence(details || 'a fault inside the agent'),
        remedy: `The agent's log says more: ${serviceHints().log}`,
      };
    default:
      return { happened: details, remedy: '' };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** For an agent that cannot be reached at this socket. */
export function notRunning(socketPath: string, happened: string): Explanation {
  return {
    happened: `no agent answers at ${socketPath} (${happened}).`,
    remedy: `Start it: ${serviceHints().start}.`,
  };
}

/** For a user who may not use the firewall. */
export function notPermitted(socketPath: string): Explanation {
  const user = userName();
  return {
    happened: `the user ${user} may not use ${socketPath}.`,
    remedy: `Ask root to add the user to the group sallyport: \`usermod -aG sallyport ${user}\`, then log in again.`,
  };
}

/** A user id without an entry in the user database has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `#${process.getuid?.() ?? ''}`;
  }
}

function isServiceError(failure: unknown): failure is ServiceError {
  return (
    failure instanceof Error && 'code' in failure && typeof failure.code === 'number' && 'details' in failure
  );
}
