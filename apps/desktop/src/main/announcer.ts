// Tells questions by notifications with their answers, where a prompt window cannot come to the front by itself.
import type { AnyCall } from '../host/checked-calls.ts';
import type { Action, Prompt } from '../shared/model.ts';
import type { DesktopError } from '../shared/state.ts';
import { plainText, safeText, shownText } from '../shared/text-safety.ts';
import { notificationAnswer, questionToTell } from './announcement.ts';
import type { TrayWords } from './tray/tray-words.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly isUrgent: boolean;
  readonly buttons: readonly string[];
}

export interface NoticePort {
  /** `onButton` with the number of the button, or undefined for the notice itself. Returns what takes it away. */
  readonly show: (notice: Notice, onButton: (button: number | undefined) => void) => () => void;
}

export interface AnnouncerOptions {
  readonly port: NoticePort;
  readonly call: AnyCall;
  readonly words: () => TrayWords;
  /** Whether a question needs to be told, as things are. */
  readonly isNeeded: () => boolean;
  readonly openQuestions: () => void;
  readonly nowMs?: () => number;
}

const LONGEST = 120;
const BUTTONS: readonly (Action | 'look')[] = ['deny', 'allow', 'look'];

export class Announcer {
  readonly #options: AnnouncerOptions;
  #promptIds: ReadonlySet<string> = new Set();
  #shown: { readonly promptId: string; readonly takeAway: () => void } | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** With every change of the questions. One notice at a time; what waits behind it is counted in it. */
  follow(prompts: readonly Prompt[]): void {
    const open = prompts.filter((prompt) => !prompt.missed);
    const ids = new Set(open.map(({ id }) => id));
    this.#promptIds = new Set([...this.#promptIds].filter((id) => ids.has(id)));
    if (this.#shown !== undefined && !ids.has(this.#shown.promptId)) this.#takeAway();
    if (this.#shown !== undefined || !this.#options.isNeeded()) return;
    const prompt = questionToTell(open, { promptIds: this.#promptIds });
    if (prompt !== undefined) this.#tell(prompt, open.length - 1);
  }

  tellFailure({ text, remedy }: DesktopError): void {
    const title = this.#options.words().say('failed.title');
    const body = safeText([text, remedy].filter((part) => part !== '').join(' '));
    this.#options.port.show({ title, body, isUrgent: false, buttons: [] }, () => undefined);
  }

  #tell(prompt: Prompt, others: number): void {
    const { port, words, nowMs = Date.now } = this.#options;
    const { say } = words();
    const shownAtMs = nowMs();
    const notice: Notice = {
      title: foreign(prompt.question),
      body: say('question.body', { path: foreign(prompt.app.path ?? prompt.app.id), others }),
      isUrgent: true,
      buttons: BUTTONS.map((button) => say(`question.${button}`)),
    };
    const takeAway = port.show(notice, (button) => {
      this.#shown = undefined;
      void this.#answer(prompt, button === undefined ? 'look' : BUTTONS[button], nowMs() - shownAtMs);
    });
    this.#promptIds = new Set([...this.#promptIds, prompt.id]);
    this.#shown = { promptId: prompt.id, takeAway };
  }

  async #answer(prompt: Prompt, chosen: Action | 'look' | undefined, shownForMs: number): Promise<void> {
    const { call, openQuestions } = this.#options;
    const isAnswer = chosen === 'allow' || chosen === 'deny';
    const decision = isAnswer ? notificationAnswer(chosen, prompt, shownForMs) : undefined;
    if (decision === undefined) return openQuestions();
    const outcome = await call('decide', decision);
    if (!outcome.ok) this.tellFailure(outcome.error);
  }

  #takeAway(): void {
    this.#shown?.takeAway();
    this.#shown = undefined;
  }
}

function foreign(text: string): string {
  return plainText(shownText(text, LONGEST).parts);
}
