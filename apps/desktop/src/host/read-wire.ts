// From the wire to what the desktop speaks of: prompts, rules and history. The wire's types end here and in read-event.ts; what an
// agent of another version leaves out or adds becomes the most careful value that there is.
import type * as Wire from '@sallyport/proto';
import type { Action, App, Direction, Flow, Process, Prompt, Rule, RuleLifetime } from '../shared/model.ts';
import type { CallResult } from '../shared/desktop-api.ts';
import type { HistoryEntry } from '../shared/report.ts';
import type { Carried, Counted, FlowTraffic } from '../shared/traffic.ts';

const IDENTITIES: ReadonlySet<string> = new Set<App['identity']>([
  'path',
  'container',
  'deleted',
  'memfd',
  'foreign',
  'inode',
]);

/** As runtimes shorten it. */
const SHORT_ID = 12;

const ORIGINS: readonly Rule['origin'][] = ['prompt', 'user', 'import', 'default'];

export function readPrompt(wire: Wire.Prompt): Prompt {
  const processes = new Map<string, Process>();
  const flows = wire.flows.map((flow, index) => {
    const processKey = keyOf(flow.process);
    if (flow.process !== undefined && !processes.has(processKey))
      processes.set(processKey, readProcess(processKey, flow.process));
    // Empty where there is no address.
    const network = wire.networks[index] === '' ? undefined : wire.networks[index];
    return readFlow(flow, { processKey, network });
  });
  const { id, question, missed, openedAtMs, deadlineMs, revision } = wire;
  const app = readApp(wire.app);
  return {
    id,
    question,
    app,
    processes: [...processes.values()],
    flows,
    missed,
    openedAtMs,
    deadlineMs,
    revision,
    container: present(wire.container),
  };
}

function keyOf(process: Wire.Process | undefined): string {
  return process === undefined ? '' : `${process.pid}:${process.startNs}`;
}

function readContainer({ runtime, id, name, image, uid }: Wire.Container): NonNullable<App['container']> {
  return { runtime, name: name === '' ? id.slice(0, SHORT_ID) : name, image: present(image), uid };
}

function readApp(app: Wire.App | undefined): App {
  if (app === undefined)
    return {
      id: 'unknown',
      name: 'an unidentified program',
      identity: 'unknown',
      mayCarryLastingRule: false,
    };
  return {
    id: app.id,
    name: app.name,
    path: present(app.path),
    identity: IDENTITIES.has(app.identity) ? (app.identity as App['identity']) : 'unknown',
    mayCarryLastingRule: app.mayCarryLastingRule,
    container: app.container === undefined ? undefined : readContainer(app.container),
  };
}

function readProcess(key: string, process: Wire.Process): Process {
  return {
    key,
    pid: process.pid,
    uid: process.uid,
    userName: present(process.userName),
    commandLine: process.commandLine,
    ancestors: process.ancestors.map(({ pid, path, commandLine }) => ({
      pid,
      path: present(path),
      commandLine,
    })),
  };
}

interface AroundFlow {
  readonly processKey: string;
  /** Absent from an agent that proposes none. */
  readonly network: string | undefined;
}

function readFlow(flow: Wire.Flow, { processKey, network }: AroundFlow): Flow {
  const { address = '', port = 0, name = '', nameEvidence = '' } = flow.endpoint ?? {};
  return {
    id: flow.id,
    protocol: flow.protocol,
    direction: flow.direction === 'DIRECTION_IN' ? 'in' : 'out',
    localAddress: flow.localAddress,
    localPort: flow.localPort,
    endpoint: {
      address,
      port,
      network,
      name: name === '' ? undefined : { text: name, evidence: nameEvidence },
    },
    processKey,
    startedAtMs: flow.startedAtMs,
  };
}

export function readRule(rule: Wire.Rule): Rule {
  const matcher = rule.matcher;
  return {
    id: rule.id,
    enabled: rule.enabled,
    action: readAction(rule.action),
    priority: rule.priority,
    matcher: {
      app: present(matcher?.app),
      uid: matcher?.uid,
      direction: readDirection(matcher?.direction),
      protocols: matcher?.protocols ?? [],
      addresses: (matcher?.addresses ?? []).map(({ text }) => text),
      ports: matcher?.ports ?? [],
    },
    lifetime: readLifetime(rule.lifetime),
    origin: ORIGINS.find((origin) => origin === rule.origin) ?? 'user',
    createdAtMs: rule.createdAtMs,
    note: rule.note,
    sentence: rule.sentence,
    file: present(rule.file),
  };
}

export function readRuleUses({ uses, sinceMs }: Wire.ListRuleUsesResponse): CallResult<'listRuleUses'> {
  return {
    uses: uses.map((use) => ({ ...use, flows: Number(use.flows) })),
    sinceMs: sinceMs === 0 ? undefined : sinceMs,
  };
}

/** A lifetime that this version does not know is shown as the shortest that needs nothing else. */
function readLifetime(lifetime: Wire.RuleLifetime | undefined): RuleLifetime {
  switch (lifetime?.lifetime) {
    case 'always':
      return { kind: 'always' };
    case 'untilMs':
      return { kind: 'until', untilMs: lifetime.untilMs };
    case 'process':
      return { kind: 'process', ...lifetime.process, withChildren: false };
    case 'processTree':
      return { kind: 'process', ...lifetime.processTree, withChildren: true };
    case 'untilRestart':
    case undefined:
      return { kind: 'restart' };
  }
}

const ALL = Infinity;

/** At most so many characters of the command line: records are kept by the thousand. */
export function readHistory(record: Wire.HistoryRecord, mostCharacters = ALL): HistoryEntry {
  const commandLine = cutWords(record.commandLine, mostCharacters);
  const { id, atMs, reason, pid, uid, protocol, localAddress, localPort, address, port, heldUs } = record;
  return {
    ...{ id, atMs, reason, pid, uid, protocol, localAddress, localPort, address, port, heldUs },
    alike: Number(record.alike),
    action: readAction(record.action),
    app: present(record.app),
    path: present(record.path),
    commandLine,
    commandLineCut: commandLine !== record.commandLine,
    direction: readDirection(record.direction),
    name: present(record.name),
    carried: record.traffic && readCounted(record.traffic),
  };
}

export function readFlowTraffic(wire: Wire.FlowTraffic): FlowTraffic {
  const { id, pid, uid, protocol, localAddress, localPort, address, port, startedAtMs } = wire;
  return {
    ...{ id, pid, uid, protocol, localAddress, localPort, address, port, startedAtMs },
    app: present(wire.app),
    path: present(wire.path),
    direction: readDirection(wire.direction),
    name: present(wire.name),
    carried: wire.traffic && readCarried(wire.traffic),
    isEnded: wire.ended,
  };
}

/** Exact up to nine petabytes. */
function readCarried({ bytesOut, bytesIn }: Wire.Traffic): Carried {
  return { bytesOut: Number(bytesOut), bytesIn: Number(bytesIn) };
}

function readCounted(traffic: Wire.Traffic): Counted {
  const { packetsOut, packetsIn } = traffic;
  return { ...readCarried(traffic), packetsOut: Number(packetsOut), packetsIn: Number(packetsIn) };
}

/** The same array where nothing was cut. */
function cutWords(words: readonly string[], mostCharacters: number): readonly string[] {
  let left = mostCharacters;
  const kept: string[] = [];
  for (const word of words) {
    if (left <= 0) return kept;
    kept.push(word.slice(0, left));
    left -= word.length + 1;
  }
  return left < -1 ? kept : words;
}

/** What this version does not know is shown as refused: nobody is told that something passed on a guess. */
export function readAction(action: Wire.Action): Action {
  return action === 'ACTION_ALLOW' ? 'allow' : 'deny';
}

function readDirection(direction: Wire.Direction | undefined): Direction | undefined {
  if (direction === 'DIRECTION_IN') return 'in';
  return direction === 'DIRECTION_OUT' ? 'out' : undefined;
}

/** The wire has empty text where nothing is. */
function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
