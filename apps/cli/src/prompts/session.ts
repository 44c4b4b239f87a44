// The interactive prompts at work: agent events and keys go into step(), its effects and pictures come out.
import { FirewallError } from '@sallyport/proto';
import type { FirewallClient, WatchUpdate } from '@sallyport/proto';
import type { Style } from '../view/style.ts';
import { promptsScreen } from '../view/prompts-screen.ts';
import { safeText } from '../view/safe-text.ts';
import { counted } from '../view/time.ts';
import { unstoredText } from '../view/words.ts';
import { ARMING_MS, armedAtMs } from './card.ts';
import type { Preselection } from './card.ts';
import { currentCard, initialState } from './state.ts';
import type { PromptsEffect, PromptsEvent, PromptsState } from './state.ts';
import { step } from './step.ts';
import type { Terminal, TerminalListener } from './terminal.ts';

export interface SessionOptions {
  readonly client: FirewallClient;
  readonly openTerminal: (listener: TerminalListener) => Terminal;
  readonly style: Style;
  /** Milliseconds since 1970 on a clock that never jumps: the arming depends on it. */
  readonly nowMs: () => number;
  readonly preselection: Preselection;
  readonly stop: AbortSignal;
}

const TICK_MS = 1000;

/** Runs until the person quits or `stop` aborts; resolves with what was answered, in words. Rejects with a FirewallError. */
export async function runSession(options: SessionOptions): Promise<readonly string[]> {
  const session = new Session(options);
  try {
    await session.follow();
  } finally {
    session.close();
  }
  return session.log;
}

class Session {
  readonly #options: SessionOptions;
  readonly #terminal: Terminal;
  readonly #ending = new AbortController();
  readonly #ticker: NodeJS.Timeout;
  #arming: NodeJS.Timeout | undefined;
  #state: PromptsState;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#state = initialState(options.preselection);
    this.#terminal = options.openTerminal({
      key: (key) => this.#take({ kind: 'key', key }),
      resized: () => this.#draw(),
      ended: () => this.#ending.abort(),
      continued: () => this.#take({ kind: 'hidden' }),
    });
    this.#ticker = setInterval(() => this.#draw(), TICK_MS);
    this.#draw();
  }

  get log(): readonly string[] {
    return this.#state.log;
  }

  async follow(): Promise<void> {
    const signal = AbortSignal.any([this.#options.stop, this.#ending.signal]);
    for await (const update of this.#options.client.watch({ signal })) {
      const event = eventOf(update);
      if (event !== undefined) this.#take(event);
    }
  }

  close(): void {
    clearInterval(this.#ticker);
    clearTimeout(this.#arming);
    this.#terminal.close();
  }

  #take(event: PromptsEvent): void {
    if (this.#ending.signal.aborted) return;
    const next = step(this.#state, event, this.#options.nowMs());
    this.#state = next.state;
    next.effects.forEach((effect) => this.#perform(effect));
    this.#draw();
  }

  #draw(): void {
    if (this.#ending.signal.aborted) return;
    const nowMs = this.#options.nowMs();
    const screen = promptsScreen(this.#state, {
      ...this.#terminal.size(),
      nowMs,
      style: this.#options.style,
    });
    const card = currentCard(this.#state);
    const isNew = screen.answerable && card !== undefined && card.shownAtMs === undefined;
    if (isNew) this.#terminal.invalidate();
    this.#terminal.draw(screen.lines, () => {
      if (isNew) this.#shown(card.prompt.id, card.prompt.revision);
    });
    if (!screen.answerable && card?.shownAtMs !== undefined)
      this.#state = step(this.#state, { kind: 'hidden' }, nowMs).state;
  }

  #shown(id: string, revision: number): void {
    const nowMs = this.#options.nowMs();
    this.#state = step(this.#state, { kind: 'shown', id, revision }, nowMs).state;
    this.#drawWhenArmed();
  }

  /** Once more at the moment when keys begin to count. A key that came too early moves that moment. */
  #drawWhenArmed(): void {
    clearTimeout(this.#arming);
    this.#arming = setTimeout(() => {
      this.#draw();
      const card = currentCard(this.#state);
      const atMs = card === undefined ? undefined : armedAtMs(card);
      if (atMs !== undefined && atMs > this.#options.nowMs()) this.#drawWhenArmed();
    }, ARMING_MS + 20);
  }

  #perform(effect: PromptsEffect): void {
    switch (effect.kind) {
      case 'decide':
        void this.#decide(effect);
        return;
      case 'undo':
        void this.#undo(effect);
        return;
      case 'redraw':
        this.#terminal.invalidate();
        return;
      case 'suspend':
        this.#terminal.suspend();
        return;
      case 'quit':
        this.#ending.abort();
    }
  }

  async #decide({ request, answer }: Extract<PromptsEffect, { kind: 'decide' }>): Promise<void> {
    try {
      const response = await this.#options.client.decide(request);
      const unstored = unstoredText(response);
      const text = unstored ?? answer.text;
      const undo = { token: response.undoToken, untilMs: response.undoUntilMs, text };
      this.#take({
        kind: 'answered',
        answer: { ...answer, text },
        undo: response.undoToken === '' ? undefined : undo,
        notice: response.notStored && safeText(response.notStored.text),
      });
    } catch (failure) {
      this.#take({ kind: 'failed', text: failureText(failure), undo: undefined });
    }
  }

  async #undo({ undo }: Extract<PromptsEffect, { kind: 'undo' }>): Promise<void> {
    try {
      const { flowsEnded } = await this.#options.client.undoDecision({ undoToken: undo.token });
      const cut = flowsEnded === 0 ? '' : ` ${counted(flowsEnded, 'flow')} ended.`;
      this.#take({ kind: 'undone', text: `Taken back: ${undo.text}${cut}` });
    } catch (failure) {
      this.#take({
        kind: 'failed',
        text: failureText(failure),
        undo: mayTryAgain(failure) ? undo : undefined,
      });
    }
  }
}

/** The agent keeps the token of an answer whose rule it could not remove. */
function mayTryAgain(failure: unknown): boolean {
  return failure instanceof FirewallError && (failure.kind === 'limit' || failure.kind === 'internal');
}

function eventOf(update: WatchUpdate): PromptsEvent | undefined {
  if (update.kind === 'disconnected') return { kind: 'lost', reason: update.error.message };
  const { event } = update;
  switch (event.event) {
    case 'snapshot': {
      const { prompts, you } = event.snapshot;
      return { kind: 'snapshot', prompts, mayDecide: you?.mayDecide === true };
    }
    case 'prompt':
      return { kind: 'prompt', prompt: event.prompt };
    case 'promptClosed':
      return { kind: 'closed', id: event.promptClosed.id, reason: event.promptClosed.reason };
    default:
      return undefined;
  }
}

function failureText(failure: unknown): string {
  return safeText(failure instanceof Error ? failure.message : String(failure));
}
