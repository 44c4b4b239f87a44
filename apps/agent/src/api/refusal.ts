// Refused calls: one error for each reason, and its gRPC status. The only place where outcomes become statuses.
import { status } from '@grpc/grpc-js';
import type { Outcome, Refusal } from './ports.ts';

/** A call that ends with this status and text. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';
  readonly code: status;

  constructor(code: status, text: string) {
    super(text);
    this.code = code;
  }
}

export interface CallStatus {
  readonly code: status;
  readonly details: string;
}

const LONGEST_TEXT = 2000;

/** The status of whatever a handler threw; undefined for what was not expected, which the caller logs. */
export function statusOf(failure: unknown): CallStatus | undefined {
  return failure instanceof RefusedCall ? statusWith(failure.code, failure.message) : undefined;
}

/** grpc-js passes the text to encodeURI, which throws on half a surrogate pair, outside of every try of ours. */
export function statusWith(code: status, text: string): CallStatus {
  return { code, details: text.slice(0, LONGEST_TEXT).toWellFormed() };
}

/** The value of an outcome; throws a RefusedCall for a refusal. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done') return outcome.value;
  throw new RefusedCall(codeOf(outcome), textOf(outcome));
}

function codeOf(refusal: Refusal): status {
  switch (refusal.kind) {
    case 'not-found':
      return status.NOT_FOUND;
    case 'changed':
      return status.ABORTED;
    case 'refused':
      return status.FAILED_PRECONDITION;
    case 'storage-failed':
      return refusal.diskFull ? status.RESOURCE_EXHAUSTED : status.INTERNAL;
  }
}

function textOf(refusal: Refusal): string {
  if (refusal.kind === 'not-found')
    return `There is no such thing: ${refusal.what}. It may have gone meanwhile; list what there is and try again.`;
  return refusal.text;
}
