// The whole screen of the interactive prompts as lines, and whether the card on it can be answered. Pure.
import type { Card } from '../prompts/card.ts';
import { isArmed, maySayAlways } from '../prompts/card.ts';
import { currentCard } from '../prompts/state.ts';
import type { PromptsState } from '../prompts/state.ts';
import { evidenceLines, questionLines, reachLines } from './card.ts';
import type { CardView } from './card.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { spanText } from './time.ts';
import { clip, textWidth } from './width.ts';
import { lifetimeText } from './words.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenOptions extends ScreenSize {
  readonly nowMs: number;
  readonly style: Style;
}

export interface Screen {
  readonly lines: readonly string[];
  /** False while no card is shown whole enough to be answered. */
  readonly answerable: boolean;
}

const MOST_COLUMNS = 100;
const FEWEST_COLUMNS = 40;

/** Never more lines than rows, never a line wider than the columns. */
export function promptsScreen(state: PromptsState, options: ScreenOptions): Screen {
  const view: CardView = {
    columns: Math.min(options.columns, MOST_COLUMNS),
    nowMs: options.nowMs,
    style: options.style,
    details: state.details,
  };
  const card = currentCard(state);
  if (card === undefined) return { lines: fit(idleLines(state, view), options.rows), answerable: false };
  return cardScreen({ state, card, view, rows: options.rows });
}

interface CardScreen {
  readonly state: PromptsState;
  readonly card: Card;
  readonly view: CardView;
  readonly rows: number;
}

function cardScreen(given: CardScreen): Screen {
  const { card, view, rows } = given;
  const top = [headerLine(given), ...questionLines(card, view)];
  const bottom = [...reachLines(card, view), ...keyLines(given), ...footLines(given)];
  const room = rows - top.length - bottom.length;
  if (room < 3 || view.columns < FEWEST_COLUMNS) return tooSmall(view, rows);
  return { lines: [...top, ...middle(given, room), ...bottom], answerable: true };
}

/** The evidence, with a blank line around it where there is room. */
function middle({ card, view }: CardScreen, room: number): readonly string[] {
  const evidence = evidenceLines(card, view);
  if (evidence.length + 2 <= room) return ['', ...evidence, ''];
  if (evidence.length <= room) return evidence;
  return [...evidence.slice(0, room - 1), view.style.dim('  … the window is too small for the rest')];
}

function tooSmall(view: CardView, rows: number): Screen {
  const text = ['A question is waiting.', 'Make this window larger to answer it.', 'q quits.'];
  return {
    lines: fit(
      text.map((line) => clip(line, view.columns)),
      rows,
    ),
    answerable: false,
  };
}

function headerLine({ state, card, view }: CardScreen): string {
  const at = state.cards.indexOf(card) + 1;
  const count = state.cards.length === 1 ? '' : ` ${at} of ${state.cards.length} `;
  const time = ` ${timeText(card, view.nowMs)} `;
  const rule = '─'.repeat(Math.max(0, view.columns - 4 - textWidth(count) - textWidth(time)));
  return view.style.dim(clip(`──${count}${rule}${time}──`, view.columns));
}

function timeText({ prompt }: Card, nowMs: number): string {
  if (prompt.missed) return 'missed';
  const leftMs = prompt.deadlineMs - nowMs;
  return leftMs > 0 ? `waits ${spanText(leftMs)}` : 'its time is over';
}

function keyLines({ card, view }: CardScreen): readonly string[] {
  const term = lifetimeText(card.lifetime, view.nowMs).replace('this once', 'once');
  const lasting = maySayAlways(card);
  const allow = `  a allow ${term}${lasting ? '   A allow always' : ''}`;
  const deny = `  d deny ${term}${lasting ? '    D deny always' : ''}`;
  const apps = card.prompt.container === '' ? '' : '  c apps';
  const others = `  s scope${apps}  t lifetime  o users  ? details  n next  l later  u undo  q quit`;
  const armed = isArmed(card, view.nowMs);
  const paint = armed ? view.style.bold : view.style.dim;
  return ['', paint(clip(allow, view.columns)), paint(clip(deny, view.columns)), ...wrapKeys(others, view)];
}

/** At 60 columns the list of keys takes two lines rather than losing its end. */
function wrapKeys(text: string, view: CardView): readonly string[] {
  if (textWidth(text) <= view.columns) return [view.style.dim(text)];
  const at = text.lastIndexOf('  ', view.columns);
  return [text.slice(0, at), text.slice(at)].map((line) => view.style.dim(clip(line, view.columns)));
}

/** What just happened: the state of the connection, the last answer with its undo, the last key. */
function footLines({ state, card, view }: CardScreen): readonly string[] {
  const arming =
    state.link.kind === 'connected' && !isArmed(card, view.nowMs)
      ? 'A moment: keys count when this line is gone.'
      : '';
  const waiting = state.pending === undefined ? '' : 'Sending the answer…';
  const lines = [linkText(state), waiting, state.notice ?? '', arming].filter((line) => line !== '');
  return [
    '',
    lastAnswer(state, view),
    clip(`  ${lines[0] ?? ''}`, view.columns).trimEnd(),
    extra(lines, view),
  ];
}

function extra(lines: readonly string[], view: CardView): string {
  return clip(`  ${lines[1] ?? ''}`, view.columns).trimEnd();
}

function lastAnswer(state: PromptsState, view: CardView): string {
  const last = state.log.at(-1);
  if (last === undefined) return '';
  const undo = state.undo !== undefined && state.undo.untilMs > view.nowMs ? ' u undoes.' : '';
  const text = clip(last, view.columns - 2 - undo.length);
  return `  ${view.style.accent(`${text}${undo}`)}`;
}

function linkText(state: PromptsState): string {
  switch (state.link.kind) {
    case 'connecting':
      return 'Connecting to the firewall…';
    case 'lost':
      return `Lost the firewall; trying again by itself. ${safeText(state.link.reason)}`;
    case 'connected':
      return state.link.mayDecide ? '' : 'You may look, not answer: only root and the group sallyport may.';
  }
}

function idleLines(state: PromptsState, view: CardView): readonly string[] {
  const { style, columns } = view;
  const later = state.cards.length;
  const idle =
    later === 0 ? 'No question is waiting. New ones appear here.' : `${later} kept for later. n shows them.`;
  const notes = [linkText(state), state.notice ?? ''].filter((line) => line !== '');
  return [
    style.dim('─'.repeat(columns)),
    `  ${clip(idle, columns - 2)}`,
    '',
    ...notes.map((line) => `  ${clip(line, columns - 2)}`),
    lastAnswer(state, view),
    '',
    style.dim(clip('  n next  u undo  q quit', columns)),
  ];
}

function fit(lines: readonly string[], rows: number): readonly string[] {
  return lines.slice(0, Math.max(1, rows));
}
