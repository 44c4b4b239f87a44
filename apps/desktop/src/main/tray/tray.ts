// The tray: shows its model whenever that changes, and does what is chosen in its menu.
import type { AnyCall } from '../../host/checked-calls.ts';
import type { DesktopError, DesktopState } from '../../shared/state.ts';
import type { TrayAction, TrayModel } from './tray-model.ts';
import { trayModel } from './tray-model.ts';
import type { TrayWords } from './tray-words.ts';
import { UndoTokens } from './undo-tokens.ts';

export interface TrayPort {
  readonly show: (model: TrayModel, choose: (action: TrayAction) => void) => void;
  readonly end: () => void;
}

export interface TrayOptions {
  readonly port: TrayPort;
  readonly call: AnyCall;
  readonly words: () => TrayWords;
  readonly isAutostart: () => boolean;
  /** What is done here and not by the agent. */
  readonly act: (action: Extract<TrayAction, { kind: 'questions' | 'main' | 'autostart' | 'quit' }>) => void;
  readonly tellFailure: (error: DesktopError) => void;
}

/** Ten thousand events a second make a few menus. */
const CALM_MS = 150;

export class Tray {
  readonly #options: TrayOptions;
  readonly #undoTokens = new UndoTokens();
  #state: DesktopState | undefined;
  #shown = '';
  #timer: NodeJS.Timeout | undefined;
  #undoTimer: NodeJS.Timeout | undefined;

  constructor(options: TrayOptions) {
    this.#options = options;
  }

  /** The calls of pages, so that their answers can be taken back here. */
  noting(call: AnyCall): AnyCall {
    return this.#undoTokens.noting(call, () => this.refresh());
  }

  follow(state: DesktopState): void {
    const isFirst = this.#state === undefined;
    this.#state = state;
    if (isFirst) this.#show();
    else this.refresh();
  }

  /** Something that is shown may have changed. */
  refresh(): void {
    this.#timer ??= setTimeout(() => this.#show(), CALM_MS).unref();
  }

  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#undoTimer);
    this.#options.port.end();
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#state === undefined) return;
    const { port, words, isAutostart } = this.#options;
    const undoTokens = this.#undoTokens.current(Date.now());
    const model = trayModel({ state: this.#state, undoTokens, isAutostart: isAutostart(), words: words() });
    this.#waitForEnd();
    const shown = JSON.stringify(model);
    // A menu that is open closes when it is replaced.
    if (shown === this.#shown) return;
    this.#shown = shown;
    port.show(model, (action) => void this.#do(action));
  }

  #waitForEnd(): void {
    clearTimeout(this.#undoTimer);
    const endMs = this.#undoTokens.nextEndMs();
    if (endMs === undefined) return;
    this.#undoTimer = setTimeout(() => this.#show(), Math.max(0, endMs - Date.now())).unref();
  }

  async #do(action: TrayAction): Promise<void> {
    const { act, call, tellFailure } = this.#options;
    const asked = agentCall(action);
    if (asked === undefined) {
      act(action as Parameters<typeof act>[0]);
      return this.refresh();
    }
    const outcome = await call(...asked);
    if (action.kind === 'undo') this.#undoTokens.spend(action.undoToken);
    if (!outcome.ok) tellFailure(outcome.error);
    this.refresh();
  }
}

/** The call that an action is, where the agent does it. */
function agentCall(action: TrayAction): Parameters<AnyCall> | undefined {
  switch (action.kind) {
    case 'pause':
      return ['setMode', { kind: 'pause', pauseMs: action.pauseMs }];
    case 'resume':
      return ['setMode', { kind: 'filter' }];
    case 'undo':
      return ['undo', { undoToken: action.undoToken }];
    default:
      return undefined;
  }
}
