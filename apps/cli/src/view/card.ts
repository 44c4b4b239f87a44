// The card of a prompt as lines of text: who wants what, why, how far the answer reaches. Each line fits the width.
import type { Ancestor, Flow, Process, Prompt } from '@sallyport/proto';
import { PACKET } from '../../../agent/src/domain/flow-key.ts';
import type { Card } from '../prompts/card.ts';
import { isAboutPackets, maySayAlways } from '../prompts/card.ts';
import { answeredFlows } from '../prompts/answer.ts';
import { safeCommandLine, safeText, safeWord } from './safe-text.ts';
import type { Paint, Style } from './style.ts';
import { counted, dateTimeText } from './time.ts';
import { containerName, endpointText, lifetimeText, questionText, scopeText, userName } from './words.ts';
import { pad, wrap } from './width.ts';

export interface CardView {
  readonly columns: number;
  readonly nowMs: number;
  readonly style: Style;
  readonly details: boolean;
}

const LABEL_COLUMNS = 11;

/** The question: the one part that must always be visible whole. */
export function questionLines(card: Card, view: CardView): readonly string[] {
  const lines = wrap(questionText(card.prompt), { columns: view.columns - 2, mostLines: 4 });
  return lines.map((line) => `  ${view.style.bold(line)}`);
}

/** Evidence and chain: what is proven and what the program only says of itself. */
export function evidenceLines(card: Card, view: CardView): readonly string[] {
  const { prompt } = card;
  const flow = prompt.flows[0];
  const process = flow?.process;
  return [
    ...row('to', targetText(flow), view),
    ...row('program', programText(prompt, process), view),
    // Claimed, not proven: it looks different from what the kernel recorded.
    ...row('it says', safeCommandLine(process?.commandLine ?? []), { ...view, paint: view.style.dim }),
    ...row('started by', chainText(process?.ancestors ?? []), view),
    ...row('user', process === undefined ? 'not recorded' : userText(process), view),
    ...sisterLines(card, view),
    ...nextTryLines(prompt, view),
    ...(view.details ? detailLines(card, view) : []),
  ];
}

/** Nothing waits any more, or never did. */
function nextTryLines(prompt: Prompt, view: CardView): readonly string[] {
  if (isAboutPackets(prompt)) return row('note', 'nothing waits; your answer applies to the next try', view);
  return prompt.missed ? row('missed', 'it was refused; your answer applies to the next try', view) : [];
}

/** How far an answer would reach, and the keys that change it. */
export function reachLines(card: Card, view: CardView): readonly string[] {
  const scope = scopeText(card.scope, card.prompt);
  const covered = answeredFlows(card).length - 1;
  const others = covered > 0 ? `, with ${covered} more waiting` : '';
  return [
    ...row('only (s)', `${scope}${others}`, view),
    ...containerLines(card, view),
    ...row('users (o)', usersText(card), view),
    ...row('for (t)', lifetimeText(card.lifetime, view.nowMs).replace(/^for /, ''), view),
  ];
}

/** Only where there is a choice: what asks is in a container with a name. */
function containerLines({ prompt, forContainer }: Card, view: CardView): readonly string[] {
  if (prompt.container === '') return [];
  const text = forContainer ? `every program in ${containerName(prompt)}` : 'this program alone';
  return row('apps (c)', text, view);
}

function usersText({ prompt, ownUserOnly, forContainer }: Card): string {
  if (ownUserOnly) return `only ${userName(prompt.flows[0])}`;
  return forContainer ? 'every user' : 'every user of this program';
}

/** One line of a label and its text, wrapped so that no text can begin where a label stands. */
function row(label: string, text: string, view: CardView & { readonly paint?: Paint }): readonly string[] {
  const lines = wrap(text, { columns: view.columns - LABEL_COLUMNS - 2, mostLines: view.details ? 12 : 2 });
  return lines.map((line, index) => {
    const head = index === 0 ? view.style.dim(pad(label, LABEL_COLUMNS)) : ' '.repeat(LABEL_COLUMNS);
    return `  ${head}${view.paint?.(line) ?? line}`;
  });
}

function targetText(flow: Flow | undefined): string {
  if (flow === undefined) return 'nothing recorded';
  if (flow.protocol === PACKET) return "any interface, past the firewall's rules (packet socket)";
  const name = flow.endpoint?.name ?? '';
  const evidence = flow.endpoint?.nameEvidence ?? '';
  const known = evidence === '' ? safeWord(name) : `${safeWord(name)} (${safeText(evidence)})`;
  const named = name === '' ? 'no name known' : known;
  const direction = flow.direction === 'DIRECTION_IN' ? 'from outside · ' : '';
  return `${endpointText(flow)} · ${safeText(flow.protocol).toUpperCase()} · ${direction}${named}`;
}

const IDENTITY_NOTES: Readonly<Record<string, string>> = {
  path: 'proven by the kernel',
  deleted: 'this file was removed or replaced while it ran',
  memfd: 'runs from memory, it has no file',
  container: 'proven by the kernel inside its container',
  foreign: 'inside another mount namespace, of no container that is known',
  inode: 'it ended before its path was read',
};

function programText(prompt: Prompt, process: Process | undefined): string {
  const app = prompt.app;
  const identity = app?.identity ?? 'unknown';
  const note = IDENTITY_NOTES[identity] ?? 'nothing was recorded about the process';
  const path = app === undefined || app.path === '' ? safeText(app?.id ?? 'unknown') : safeWord(app.path);
  const pid = process === undefined ? '' : ` · PID ${process.pid}`;
  return `${path}${pid} · ${note}`;
}

function chainText(ancestors: readonly Ancestor[]): string {
  if (ancestors.length === 0) return 'not recorded';
  return ancestors.map((ancestor) => safeWord(fileName(ancestor))).join(' ← ');
}

function fileName(ancestor: Ancestor): string {
  const name = ancestor.path.slice(ancestor.path.lastIndexOf('/') + 1);
  return name === '' ? `PID-${ancestor.pid}` : name;
}

function userText(process: Process): string {
  return process.userName === ''
    ? `user id ${process.uid}`
    : `${safeWord(process.userName)} (${process.uid})`;
}

const MOST_SISTERS = 4;

function sisterLines(card: Card, view: CardView): readonly string[] {
  const sisters = card.prompt.flows.slice(1);
  if (sisters.length === 0) return [];
  const most = view.details ? sisters.length : MOST_SISTERS;
  const listed = sisters.slice(0, most).map((flow) => sisterText(flow));
  const rest = sisters.length > most ? ` and ${counted(sisters.length - most, 'other')}` : '';
  const state = card.withSisters ? 'all are answered too (w)' : 'w answers all of them too';
  return row(`+ ${sisters.length} more`, `${listed.join(', ')}${rest} · ${state}`, view);
}

function sisterText(flow: Flow): string {
  if (flow.protocol === PACKET) return `PID ${flow.process?.pid ?? 0}`;
  const protocol = flow.protocol === 'tcp' ? '' : `${safeText(flow.protocol).toUpperCase()} `;
  return `${protocol}${endpointText(flow)}`;
}

function detailLines(card: Card, view: CardView): readonly string[] {
  const { prompt } = card;
  const ancestors = prompt.flows[0]?.process?.ancestors ?? [];
  const lasting = maySayAlways(card)
    ? 'possible'
    : 'not possible: only a proven path can carry a lasting rule';
  return [
    ...row('rule names', safeText(prompt.app?.id ?? 'unknown'), view),
    ...row('lasting', lasting, view),
    ...row('asked at', `${dateTimeText(prompt.openedAtMs)} · prompt ${safeText(prompt.id)}`, view),
    ...ancestors.flatMap((ancestor) => row(`PID ${ancestor.pid}`, ancestorText(ancestor), view)),
    ...row(
      '',
      '"it says" and command lines are the programs\' own words; paths and PIDs are the kernel\'s.',
      view,
    ),
  ];
}

function ancestorText(ancestor: Ancestor): string {
  const path = ancestor.path === '' ? 'path not recorded' : safeWord(ancestor.path);
  return ancestor.commandLine.length === 0
    ? path
    : `${path} · says: ${safeCommandLine(ancestor.commandLine)}`;
}
