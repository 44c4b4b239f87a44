// `status` as one screen: what is in force, what waits, and at the end what to do next if something is wrong.
import type { HealthCheck, Mode, Status } from '@sallyport/proto';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { clockText, counted, spanText, untilText } from './time.ts';
import { clip, pad, wrap } from './width.ts';

export interface StatusView {
  readonly style: Style;
  readonly columns: number;
  readonly nowMs: number;
}

export function statusLines(status: Status, view: StatusView): readonly string[] {
  const next = nextSteps(status, view);
  return [
    view.style.bold(`Sallyport ${safeText(status.version)}: ${headline(status.mode, view)}`),
    ...fields(status, view).map(([label, text]) => fieldLine(label, text, view)),
    ...(next.length === 0 ? [] : ['', view.style.bold('Next')]),
    ...next.flatMap((text) => paragraph(text, view)),
  ];
}

function headline(mode: Mode | undefined, view: StatusView): string {
  if (mode === undefined) return view.style.caution('its mode is not known');
  return mode.filtering ? view.style.good('filtering') : view.style.caution('paused, everything passes');
}

function fields(status: Status, view: StatusView): readonly (readonly [string, string])[] {
  return [
    ['mode', modeText(status.mode, view.nowMs)],
    ['failures', failureText(status.strict)],
    ['sees by', safeText(status.correlator) || 'not known'],
    ['rules', counted(status.rules, 'rule')],
    ['prompts', promptsText(status)],
    ['clients', counted(status.clients, 'front end') + ' connected'],
    ['kernel', kernelText(status)],
    ['queue', queueText(status)],
    ['agent', agentText(status, view.nowMs)],
    ['health', healthText(status.health)],
  ];
}

const LABEL_COLUMNS = 10;

function fieldLine(label: string, text: string, view: StatusView): string {
  return `  ${view.style.dim(pad(label, LABEL_COLUMNS))}${clip(text, view.columns - LABEL_COLUMNS - 2)}`;
}

const UNKNOWN_FLOWS_TEXTS: Readonly<Record<string, string>> = {
  UNKNOWN_FLOWS_ASK: 'asks about flows that no rule knows',
  UNKNOWN_FLOWS_ALLOW: 'lets flows pass that no rule knows',
  UNKNOWN_FLOWS_DENY: 'refuses flows that no rule knows',
};

/** `filtering; asks about flows that no rule knows`. */
export function modeText(mode: Mode | undefined, nowMs: number): string {
  if (mode === undefined) return 'not known';
  const unknown = UNKNOWN_FLOWS_TEXTS[mode.unknownFlows] ?? 'what it does with other flows is not known';
  if (mode.filtering) return `filtering; ${unknown}`;
  const until = mode.pausedUntilMs === 0 ? '' : ` until ${untilText(mode.pausedUntilMs, nowMs)}`;
  return `paused${until}; everything passes and is recorded`;
}

function failureText(strict: boolean): string {
  return strict
    ? 'strict: whatever cannot be decided is refused'
    : 'standard: nobody is locked out when something is missing';
}

function promptsText(status: Status): string {
  const held = status.flowsHeld === 0 ? '' : ` (${counted(status.flowsHeld, 'flow')} held)`;
  return `${status.promptsOpen} open${held}, ${status.promptsMissed} missed`;
}

/** Of the flows of programs: how many the kernel decided by itself. */
function kernelText(status: Status): string {
  const count = counterOf(status);
  const verdicts = `${counted(count('verdictsLearned'), 'verdict')} by ${counted(count('verdictMasks'), 'set')} of fields`;
  return `${verdicts}; decided ${count('knownAllowed') + count('knownDenied')}, not known ${count('notKnown')}`;
}

function queueText(status: Status): string {
  const count = counterOf(status);
  const dropped = count('packetsDroppedByFullQueue');
  return `${counted(count('packetsUnanswered'), 'packet')} waiting of ${count('packetsReceived')}, ${dropped} dropped`;
}

/** 0 for what an agent of another version does not count. */
function counterOf({ counters }: Status): (name: string) => number {
  return (name) => Number(counters.find((counter) => counter.name === name)?.value ?? 0);
}

function agentText(status: Status, nowMs: number): string {
  const megabytes = Math.round(Number(status.memoryBytes) / 1_000_000);
  const memory = megabytes > 0 ? `, ${megabytes} MB` : '';
  return `PID ${status.agentPid}, up ${spanText(nowMs - status.startedAtMs)} since ${clockText(status.startedAtMs)}${memory}`;
}

function healthText(health: readonly HealthCheck[]): string {
  const unwell = health.filter(isUnwell);
  if (health.length === 0) return 'nothing was reported';
  if (unwell.length === 0) return `${counted(health.length, 'check')}, all well`;
  return `${unwell.length} of ${counted(health.length, 'check')} ${unwell.length === 1 ? 'needs' : 'need'} attention`;
}

export function isUnwell(check: HealthCheck): boolean {
  return check.state !== 'HEALTH_STATE_OK';
}

// One screen: more than this is doctor's business.
const MOST_STEPS = 5;

function nextSteps(status: Status, view: StatusView): readonly string[] {
  const unwell = status.health.filter(isUnwell);
  const steps = [
    ...unwell.map((check) =>
      `${safeText(check.name)}: ${safeText(check.text)} ${safeText(check.remedy)}`.trimEnd(),
    ),
    ...(status.mode?.filtering === false ? ['sallyport mode filter ends the pause.'] : []),
    ...(status.promptsOpen > 0
      ? [`sallyport prompts answers ${counted(status.promptsOpen, 'open question')}.`]
      : []),
    ...(status.promptsMissed > 0
      ? [
          `sallyport prompts shows ${counted(status.promptsMissed, 'missed question')}; answers count next time.`,
        ]
      : []),
  ];
  if (steps.length <= MOST_STEPS) return steps;
  const rest = view.style.dim(`${steps.length - MOST_STEPS} more: sallyport doctor`);
  return [...steps.slice(0, MOST_STEPS), rest];
}

function paragraph(text: string, view: StatusView): readonly string[] {
  const lines = wrap(text, { columns: view.columns - 4, mostLines: 2 });
  return lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`);
}
