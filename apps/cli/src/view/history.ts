// History records and watch events as lines.
import type { HealthCheck, HistoryRecord, Prompt, WatchEvent } from '@sallyport/proto';
import { PACKET } from '../../../agent/src/domain/flow-key.ts';
import { safeText, safeWord } from './safe-text.ts';
import type { Style } from './style.ts';
import { clockText, counted, dateTimeText, spanText } from './time.ts';
import { pad } from './width.ts';
import { ruleSentence } from './rule.ts';
import { isUnwell, modeText } from './status.ts';
import { trafficLines, trafficText } from './traffic.ts';
import { actionWord, questionText, endText } from './words.ts';

export interface LineView {
  readonly style: Style;
  readonly nowMs: number;
}

/** `2026-11-22 18:00:05 allow  curl → 1.2.3.4:443 (example.com) TCP · rule curl-443`. */
export function historyLine(record: HistoryRecord, view: LineView): string {
  return `${dateTimeText(record.atMs)} ${verdictText(record, view.style)}`;
}

function verdictText(record: HistoryRecord, style: Style): string {
  const word = actionWord(record.action);
  const paint = word === 'allow' ? style.good : style.bad;
  const app = record.path === '' ? safeWord(record.app) : safeWord(record.path);
  const arrow = record.direction === 'DIRECTION_IN' ? '←' : '→';
  return `${paint(pad(word, 5))} ${app} ${arrow} ${targetText(record)} · ${reasonWords(record.reason)}${alikeWords(record.alike)}${carriedWords(record)}`;
}

/** A record that stands for flows to very many ends tells of none. */
function targetText({ direction, address, port, name, protocol, alike }: HistoryRecord): string {
  if (protocol === PACKET) return 'raw packets';
  if (address === '' && alike !== '0') return 'many addresses';
  const nameText = name === '' ? '' : ` (${safeText(name)})`;
  return `${endText({ direction, address, port })}${nameText} ${safeText(protocol).toUpperCase()}`;
}

/** Where flows are too many for a record each, one stands for those that are alike. */
function alikeWords(alike: string): string {
  return alike === '0' ? '' : ` · and ${alike} more like it`;
}

function carriedWords({ traffic }: HistoryRecord): string {
  return traffic === undefined ? '' : ` · ${trafficText(traffic)}`;
}

const RULE_WITH_NOTE = /^rule (\S+) \((program not known|cut)\)$/;

function reasonWords(reason: string): string {
  const [, rule, note] = RULE_WITH_NOTE.exec(reason) ?? [];
  if (rule === undefined) return safeText(reason);
  return note === 'cut'
    ? `it was open and was cut when the rule ${safeText(rule)} began to deny it`
    : `its program is not known, so the deny rule ${safeText(rule)} applies to it`;
}

/** One prompt as one line, for places where nobody is asked. */
export function promptLine(prompt: Prompt, nowMs: number): string {
  const process = prompt.flows[0]?.process;
  const who =
    process === undefined
      ? ''
      : `, PID ${process.pid}, ${safeWord(process.userName || `uid-${process.uid}`)}`;
  const more = prompt.flows.length > 1 ? `, ${prompt.flows.length - 1} more waiting` : '';
  const time = prompt.missed ? 'missed' : `waits ${spanText(prompt.deadlineMs - nowMs)}`;
  const path = safeWord(
    prompt.app?.path === '' || prompt.app === undefined ? (prompt.app?.id ?? 'unknown') : prompt.app.path,
  );
  return `prompt ${safeText(prompt.id)}: ${questionText(prompt)} (${path}${who}${more}; ${time})`;
}

/** A watch event as one line with the time of its arrival, traffic as one for each flow; undefined for what has no meaning here. */
export function eventLine(event: WatchEvent, view: LineView): string | undefined {
  if (event.event === 'traffic') return trafficLines(event.traffic, view);
  const text = eventText(event, view);
  return text === undefined ? undefined : `${clockText(view.nowMs)} ${text}`;
}

function eventText(event: Exclude<WatchEvent, { event: 'traffic' }>, view: LineView): string | undefined {
  switch (event.event) {
    case 'snapshot':
      return `connected: ${counted(event.snapshot.rules.length, 'rule')}, ${counted(event.snapshot.prompts.length, 'prompt')}, ${modeText(event.snapshot.status?.mode, view.nowMs)}`;
    case 'prompt':
      return promptLine(event.prompt, view.nowMs);
    case 'promptClosed':
      return `prompt ${safeText(event.promptClosed.id)} closed: ${safeText(event.promptClosed.reason)}`;
    case 'rule':
      return `rule ${safeText(event.rule.id)}: ${ruleSentence(event.rule, view.nowMs)}`;
    case 'ruleDeleted':
      return `rule ${safeText(event.ruleDeleted)} deleted`;
    case 'ruleProblems':
      return `rule files: ${problemsText(event.ruleProblems.problems)}`;
    case 'mode':
      return `mode: ${modeText(event.mode, view.nowMs)}`;
    case 'history':
      return verdictText(event.history, view.style);
    case 'health':
      return `health: ${healthText(event.health.checks)}`;
    case undefined:
      return undefined;
  }
}

function problemsText(problems: readonly { readonly file: string; readonly reason: string }[]): string {
  if (problems.length === 0) return 'no problems';
  return problems.map((problem) => `${safeText(problem.file)}: ${safeText(problem.reason)}`).join('; ');
}

function healthText(checks: readonly HealthCheck[]): string {
  const unwell = checks.filter(isUnwell).map((check) => `${safeText(check.name)}: ${safeText(check.text)}`);
  return unwell.length === 0 ? 'all is well' : unwell.join('; ');
}
