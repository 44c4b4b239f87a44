// The host's edge: names and arguments from a window are checked against the contract, and failures become values.
import type { z } from 'zod';
import { isCallName } from '../shared/call-names.ts';
import { desktopContract } from '../shared/desktop-api.ts';
import type { CallArgument, CallName, CallResult, DesktopCalls, Outcome } from '../shared/desktop-api.ts';
import { desktopError, invalidArgument, unknownCall } from './desktop-error.ts';

/** One function for each call of the contract, for arguments that were checked; it may reject. */
export type CallHandlers = {
  readonly [C in CallName]: (argument: CallArgument<C>) => Promise<CallResult<C>>;
};

/** Never rejects; an unknown name is answered as `unsupported`, an argument that does not fit as `invalid`. */
export type AnyCall = (name: string, argument: unknown) => Promise<Outcome<unknown>>;

export function checkedCalls(handlers: CallHandlers): DesktopCalls & { readonly call: AnyCall } {
  const call: AnyCall = async (name, argument) =>
    isCallName(name)
      ? checkedCall({ name, schema: desktopContract.calls[name].argument, argument }, handlers[name])
      : { ok: false, error: unknownCall(name) };
  const named = Object.keys(handlers).map((name) => [name, (argument?: unknown) => call(name, argument)]);
  // The names are those of the contract, and each handler has the result of its call.
  return { ...(Object.fromEntries(named) as DesktopCalls), call };
}

export interface CallToCheck {
  readonly name: string;
  readonly schema: z.ZodType;
  /** As it came from a window. */
  readonly argument: unknown;
}

/** Calls the handler with what the schema made of the argument. Never rejects. */
export async function checkedCall(
  { name, schema, argument }: CallToCheck,
  handler: (argument: never) => unknown,
): Promise<Outcome<unknown>> {
  const checked = schema.safeParse(argument);
  if (!checked.success) return { ok: false, error: invalidArgument(name, checked.error) };
  try {
    return { ok: true, value: await handler(checked.data as never) };
  } catch (failure) {
    return { ok: false, error: desktopError(failure) };
  }
}
