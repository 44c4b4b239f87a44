// Abort signals that may be absent, for calls that have their own way to be cancelled.

/** Runs the action when one of the signals is aborted, at once if one is already. Returns what stops listening. */
export function onAbort(signals: readonly (AbortSignal | undefined)[], action: () => void): () => void {
  const present = signals.filter((signal) => signal !== undefined);
  for (const signal of present) signal.addEventListener('abort', action);
  if (isAborted(present)) action();
  return () => {
    for (const signal of present) signal.removeEventListener('abort', action);
  };
}

export function isAborted(signals: readonly (AbortSignal | undefined)[]): boolean {
  return signals.some((signal) => signal?.aborted === true);
}
