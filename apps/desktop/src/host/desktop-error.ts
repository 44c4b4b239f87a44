// Failures as plain values: a window shows what happened and what to do; it never sees a stack.
import { FirewallError } from '@sallyport/proto';
import type { z } from 'zod';
import type { DesktopError } from '../shared/state.ts';

export function desktopError(failure: unknown): DesktopError {
  if (failure instanceof FirewallError) {
    const { kind, text, remedy } = failure;
    return { kind, text, remedy };
  }
  if (failure instanceof NotKeptError) return { kind: 'not-kept', text: failure.message, remedy: '' };
  const happened = failure instanceof Error ? failure.message : String(failure);
  return {
    kind: 'internal',
    text: `A fault inside this program: ${happened}`,
    remedy: 'Start it again. If it comes back, please report it.',
  };
}

/** A choice that is in force and could not be stored. */
export class NotKeptError extends Error {
  constructor(file: string, cause: unknown) {
    super(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Names what was wrong with an argument, e.g. "decide: `lifetime.durationMs`: Too small: expected number to be >=1000". */
export function invalidArgument(name: string, error: z.ZodError): DesktopError {
  const [issue] = error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` \`${issue.path.join('.')}\`:`;
  return {
    kind: 'invalid',
    text: `${name}:${where} ${issue?.message ?? 'cannot be used'}`,
    remedy: '',
  };
}

export function unknownCall(name: string): DesktopError {
  return { kind: 'unsupported', text: `There is no call ${JSON.stringify(name.slice(0, 64))}.`, remedy: '' };
}
