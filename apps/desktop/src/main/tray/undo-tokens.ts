// The answers that were given in windows of ours and can still be taken back, by the id of their prompt.
import type { AnyCall } from '../../host/checked-calls.ts';
import type { Answered, Decision } from '../../shared/desktop-api.ts';

interface Token {
  readonly undoToken: string;
  readonly untilMs: number;
}

export class UndoTokens {
  readonly #tokens = new Map<string, Token>();

  /** The same calls; what is decided by them is noted. */
  noting(call: AnyCall, changed: () => void): AnyCall {
    return async (name, argument) => {
      const outcome = await call(name, argument);
      if (name === 'decide' && outcome.ok) {
        // The host has checked the argument, and the result is the contract's.
        this.#note((argument as Decision).promptId, outcome.value as Answered);
        changed();
      }
      return outcome;
    };
  }

  /** Those that are good at this time. */
  current(nowMs: number): ReadonlyMap<string, string> {
    for (const [promptId, { untilMs }] of this.#tokens) if (untilMs <= nowMs) this.#tokens.delete(promptId);
    return new Map([...this.#tokens].map(([promptId, { undoToken }]) => [promptId, undoToken]));
  }

  /** When the first of them ends. */
  nextEndMs(): number | undefined {
    return this.#tokens.size === 0
      ? undefined
      : Math.min(...[...this.#tokens.values()].map(({ untilMs }) => untilMs));
  }

  spend(undoToken: string): void {
    for (const [promptId, token] of this.#tokens)
      if (token.undoToken === undoToken) this.#tokens.delete(promptId);
  }

  #note(promptId: string, { undoToken, undoUntilMs }: Answered): void {
    this.#tokens.set(promptId, { undoToken, untilMs: undoUntilMs });
  }
}
