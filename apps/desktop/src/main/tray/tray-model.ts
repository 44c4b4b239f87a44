// What the tray shows: state → icon, tooltip and menu. Pure; nothing is in the menu that would not work.
import type { DesktopState } from '../../shared/state.ts';
import { mayAnswer } from '../../shared/reduce.ts';
import { plainText, shownText } from '../../shared/text-safety.ts';
import { recentAnswers } from './recent-answers.ts';
import type { RecentAnswer } from './recent-answers.ts';
import type { TrayWords } from './tray-words.ts';

/** A closed gate, one with a mark, an open one, one with a question, one with a line through it. */
export type TrayIcon = 'filtering' | 'degraded' | 'paused' | 'asking' | 'unreachable';

export type TrayAction =
  | { readonly kind: 'questions' }
  | { readonly kind: 'main'; readonly page?: string }
  | { readonly kind: 'pause'; readonly pauseMs: number }
  | { readonly kind: 'resume' }
  | { readonly kind: 'undo'; readonly undoToken: string }
  | { readonly kind: 'autostart'; readonly enabled: boolean }
  | { readonly kind: 'quit' };

export type TrayItem =
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'line' }
  | {
      readonly kind: 'action';
      readonly label: string;
      readonly action: TrayAction;
      readonly isChecked?: boolean;
    }
  | { readonly kind: 'menu'; readonly label: string; readonly items: readonly TrayItem[] };

export interface TrayModel {
  readonly icon: TrayIcon;
  readonly tooltip: string;
  readonly items: readonly TrayItem[];
}

export interface TrayInput {
  readonly state: DesktopState;
  /** Tokens that are still good, by the id of their prompt. */
  readonly undoTokens: ReadonlyMap<string, string>;
  readonly isAutostart: boolean;
  readonly words: TrayWords;
}

const PAUSES_MINUTES = [5, 15, 60];
const LINE: TrayItem = { kind: 'line' };

export function trayModel(input: TrayInput): TrayModel {
  const text = stateText(input);
  return {
    icon: trayIcon(input.state),
    tooltip: input.words.say('tooltip', { state: text }),
    items: joined([
      [{ kind: 'text', label: text }],
      questionItems(input),
      modeItems(input),
      recentItems(input),
      [
        action(input.words.say('open'), { kind: 'main' }),
        {
          ...action(input.words.say('autostart'), { kind: 'autostart', enabled: !input.isAutostart }),
          isChecked: input.isAutostart,
        },
      ],
      [action(input.words.say(openCount(input.state) > 0 ? 'quit.asking' : 'quit'), { kind: 'quit' })],
    ]),
  };
}

/** What a person should know first: nobody guards, somebody asks, everything passes, something is limited. */
export function trayIcon(state: DesktopState): TrayIcon {
  if (state.connection.kind !== 'connected') return 'unreachable';
  if (openCount(state) > 0) return 'asking';
  if (state.mode?.kind === 'paused') return 'paused';
  return state.health.some((check) => check.state !== 'ok') ? 'degraded' : 'filtering';
}

function stateText({ state, words }: TrayInput): string {
  const { connection, mode } = state;
  if (connection.kind === 'connecting') return words.say('state.connecting');
  if (connection.kind === 'refused') return words.say('state.refused');
  if (connection.kind === 'disconnected') return words.say('state.unreachable');
  const icon = trayIcon(state);
  if (icon === 'asking') return words.say('state.asking', { count: openCount(state) });
  if (mode?.kind === 'paused') return words.say('state.paused', { time: words.time(mode.untilMs) });
  return words.say(icon === 'degraded' ? 'state.degraded' : 'state.filtering');
}

function questionItems({ state, words }: TrayInput): readonly TrayItem[] {
  const count = openCount(state);
  const missed = state.prompts.length - count;
  const isLimited = state.connection.kind === 'connected' && state.health.some(({ state: s }) => s !== 'ok');
  return [
    ...(count > 0 ? [action(words.say('questions', { count }), { kind: 'questions' })] : []),
    ...(missed > 0 ? [action(words.say('missed', { count: missed }), { kind: 'main', page: 'missed' })] : []),
    ...(isLimited ? [action(words.say('health'), { kind: 'main', page: 'settings' })] : []),
  ];
}

function modeItems({ state, words }: TrayInput): readonly TrayItem[] {
  if (!mayAnswer(state)) return [];
  const pauses = PAUSES_MINUTES.map((minutes) =>
    action(words.say('pause.minutes', { minutes }), { kind: 'pause', pauseMs: minutes * 60_000 }),
  );
  const isPaused = state.mode?.kind === 'paused';
  return [
    ...(isPaused ? [action(words.say('resume'), { kind: 'resume' })] : []),
    { kind: 'menu', label: words.say('pause'), items: pauses },
  ];
}

function recentItems(input: TrayInput): readonly TrayItem[] {
  const answers = recentAnswers(input.state.recent);
  if (answers.length === 0) return [];
  const items = answers.map((answer) => answerItem(answer, input));
  return [{ kind: 'menu', label: input.words.say('recent'), items }];
}

function answerItem(answer: RecentAnswer, { state, undoTokens, words }: TrayInput): TrayItem {
  const { action: decided, app, target, others } = answer;
  const label = words.say(`recent.${decided}`, {
    app: app === undefined ? words.say('unknown-app') : menuText(app),
    target: menuText(target),
    others,
  });
  const undoToken = mayAnswer(state) ? undoTokens.get(answer.promptId) : undefined;
  if (undoToken === undefined) return { kind: 'text', label };
  return { kind: 'menu', label, items: [action(words.say('undo'), { kind: 'undo', undoToken })] };
}

function openCount({ prompts }: DesktopState): number {
  return prompts.filter((prompt) => !prompt.missed).length;
}

/** Foreign text in a menu: nothing invisible, nothing endless, and no mnemonic of its own. */
function menuText(text: string): string {
  return plainText(shownText(text, 60).parts).replaceAll('&', '&&');
}

function action(label: string, does: TrayAction): Extract<TrayItem, { kind: 'action' }> {
  return { kind: 'action', label, action: does };
}

function joined(groups: readonly (readonly TrayItem[])[]): readonly TrayItem[] {
  const [first = [], ...rest] = groups.filter((group) => group.length > 0);
  return [...first, ...rest.flatMap((group) => [LINE, ...group])];
}
