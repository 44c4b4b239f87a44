// Flows, scopes, lifetimes and answers in words: one place, so that a card, its answer line and a script's output agree.
import type { Action, DecideResponse, Direction, Endpoint, Flow, Prompt } from '@sallyport/proto';
import type { DecisionLifetime, DecisionScope } from '../../../agent/src/domain/prompt.ts';
import { isAboutPackets, networkOf } from '../prompts/card.ts';
import { safeSentence, safeText, safeWord } from './safe-text.ts';
import { counted, spanText, untilText } from './time.ts';
import { clipMiddle } from './width.ts';

/** `1.2.3.4:443` or `[2001:db8::1]:443`; the address alone where there is no port. */
export function socketAddressText(address: string, port: number): string {
  const safe = safeText(address);
  if (port === 0) return safe;
  return safe.includes(':') ? `[${safe}]:${port}` : `${safe}:${port}`;
}

interface Place extends Pick<Endpoint, 'address' | 'port'> {
  readonly direction: Direction;
}

/** `→ 1.2.3.4:443`, or `← 10.0.0.7 on port 22` for what comes in: the port is that of this machine. */
export function placeText(place: Place): string {
  return `${place.direction === 'DIRECTION_IN' ? '←' : '→'} ${endText(place)}`;
}

/** The same without its arrow. */
export function endText({ direction, address, port }: Place): string {
  if (direction !== 'DIRECTION_IN') return socketAddressText(address, port);
  return `${safeText(address)}${port === 0 ? '' : ` on port ${port}`}`;
}

/** `1.2.3.4:443`, or `10.0.0.7 on port 22` for what comes in. */
export function endpointText(flow: Pick<Flow, 'endpoint' | 'direction'> | undefined): string {
  if (flow?.endpoint === undefined) return 'an unknown endpoint';
  return endText({ ...flow.endpoint, direction: flow.direction });
}

export function actionWord(action: Action): 'allow' | 'deny' | 'unknown' {
  if (action === 'ACTION_ALLOW') return 'allow';
  return action === 'ACTION_DENY' ? 'deny' : 'unknown';
}

// A longer name would push the rest of the question out of sight.
const MOST_NAME_COLUMNS = 60;
const NAME_NOTE =
  /^(.*)( \((?:file removed or replaced|in memory only|in another file system|in container [\w./-]+)\))$/s;

/** The App's name, quoted unless it is one plain word; what the agent adds to it stays outside the quotes. */
export function appName(prompt: Pick<Prompt, 'app'>): string {
  const app = prompt.app;
  if (app === undefined) return 'an unidentified program';
  if (app.identity === 'inode' || app.identity === 'unknown') return safeText(app.name);
  const noted = app.identity === 'path' ? null : NAME_NOTE.exec(app.name);
  const [name, note] = noted === null ? [app.name, ''] : [noted[1] ?? '', noted[2] ?? ''];
  return `${clipMiddle(safeWord(name), MOST_NAME_COLUMNS)}${note}`;
}

/** The agent's question with a name in it that cannot pass for another part of the sentence. */
export function questionText(prompt: Pick<Prompt, 'app' | 'question'>): string {
  const name = prompt.app?.name ?? '';
  const at = name === '' ? -1 : prompt.question.indexOf(name);
  if (at < 0) return safeSentence(prompt.question, '');
  const after = prompt.question.slice(at + name.length);
  return `${safeText(prompt.question.slice(0, at))}${appName(prompt)}${safeText(after)}`;
}

export function lifetimeText(lifetime: DecisionLifetime, nowMs: number): string {
  switch (lifetime.kind) {
    case 'once':
      return 'this once';
    case 'process':
      return lifetime.withChildren ? 'until it ends, also for what it starts' : 'until it ends';
    case 'duration':
      return `for ${spanText(lifetime.durationMs)}`;
    case 'until':
      return `until ${untilText(lifetime.untilMs, nowMs)}`;
    case 'restart':
      return 'until the firewall restarts';
    case 'always':
      return 'always';
  }
}

/** What a scope stands for on this card, e.g. `any port of 1.2.3.4`. */
export function scopeText(scope: DecisionScope, prompt: Pick<Prompt, 'flows' | 'networks'>): string {
  const [flow] = prompt.flows;
  if (isAboutPackets(prompt)) return 'raw packets';
  switch (scope) {
    case 'endpoint':
      return endpointText(flow);
    case 'address':
      return `${safeText(flow?.endpoint?.address ?? 'this address')}, any port`;
    case 'network':
      return `${safeText(networkOf(prompt) ?? 'this network')}, any port`;
    case 'port':
      return `${portText(flow)} of any address`;
    case 'app':
      return 'anything';
  }
}

function portText(flow: Flow | undefined): string {
  return `port ${flow?.endpoint?.port ?? 0} (${safeText(flow?.protocol ?? '').toUpperCase()})`;
}

export interface AnswerWords {
  readonly prompt: Prompt;
  readonly action: 'allow' | 'deny';
  readonly scope: DecisionScope;
  readonly lifetime: DecisionLifetime;
  readonly ownUserOnly: boolean;
  readonly forContainer: boolean;
  /** Waiting flows beside the first one that the answer covers. */
  readonly others: number;
  readonly nowMs: number;
}

/** `curl may reach 1.2.3.4:443 for 1 hour.` */
export function answerText(words: AnswerWords): string {
  const flow = words.prompt.flows[0];
  const may = words.action === 'allow' ? 'may' : 'may not';
  const verb = verbOf(words.prompt);
  const others = words.others === 0 || verb === 'send' ? '' : ` and ${words.others} more`;
  const target = `${scopeText(words.scope, words.prompt)}${words.scope === 'app' ? '' : others}`;
  const users = words.ownUserOnly && words.lifetime.kind !== 'once' ? `, when ${userName(flow)} runs it` : '';
  return `${subjectText(words)} ${may} ${verb} ${target} ${lifetimeText(words.lifetime, words.nowMs)}${users}.`;
}

function subjectText({ prompt, forContainer }: AnswerWords): string {
  return forContainer ? `Every program in ${containerName(prompt)}` : appName(prompt);
}

/** Such as `container docker/web`, as sentences of rules say it. */
export function containerName({ container }: Pick<Prompt, 'container'>): string {
  return `container ${safeText(container.replace(/^container:/, ''))}`;
}

function verbOf(prompt: Prompt): 'send' | 'be reached from' | 'reach' {
  if (isAboutPackets(prompt)) return 'send';
  return prompt.flows[0]?.direction === 'DIRECTION_IN' ? 'be reached from' : 'reach';
}

/** `alice`, or `user 1000` where the agent knows no name. */
export function userName(flow: Flow | undefined): string {
  const { uid = 0, userName: name = '' } = flow?.process ?? {};
  return name === '' ? `user ${uid}` : safeWord(name);
}

/** What an answer did whose rule could not be stored: then its own words would promise too much. Undefined where all was done. */
export function unstoredText({ rules, flowsAnswered, notStored }: DecideResponse): string | undefined {
  if (notStored === undefined) return undefined;
  const done = `${counted(flowsAnswered, 'waiting flow')} answered, ${counted(rules.length, 'rule')} stored.`;
  return `${done} ${safeText(notStored.text)}`;
}
