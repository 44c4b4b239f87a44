// Prompts, rules and what else a test needs, with only the fields that matter to it.
import type { App, Flow, Process, Prompt, Rule } from '../shared/model.ts';
import type { HistoryEntry, Status } from '../shared/report.ts';
import type { AgentSnapshot } from '../shared/state.ts';
import type { FlowTraffic } from '../shared/traffic.ts';

export function appOf(path: string, changes: Partial<App> = {}): App {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { id: path, path, name, identity: 'path', mayCarryLastingRule: true, ...changes };
}

export function processOf(changes: Partial<Process> = {}): Process {
  const key = changes.key ?? '4711:99';
  return {
    key,
    pid: 4711,
    uid: 1000,
    userName: 'alice',
    commandLine: ['curl', 'x'],
    ancestors: [],
    ...changes,
  };
}

export function flowOf(address: string, port: number, changes: Partial<Flow> = {}): Flow {
  return {
    id: `${address}-${port}`,
    protocol: 'tcp',
    direction: 'out',
    localAddress: '10.0.0.1',
    localPort: 4000,
    endpoint: { address, port },
    processKey: '4711:99',
    startedAtMs: 1,
    ...changes,
  };
}

export function promptOf(changes: Partial<Prompt> = {}): Prompt {
  return {
    id: 'p-1',
    question: 'Allow curl to connect to 1.2.3.4:443?',
    app: appOf('/usr/bin/curl'),
    processes: [processOf()],
    flows: [flowOf('1.2.3.4', 443)],
    missed: false,
    openedAtMs: 1,
    deadlineMs: 120_001,
    revision: 1,
    ...changes,
  };
}

export function ruleOf(id: string, changes: Partial<Rule> = {}): Rule {
  return {
    id,
    enabled: true,
    action: 'allow',
    priority: 0,
    matcher: { app: '/usr/bin/curl', protocols: [], addresses: [], ports: [] },
    lifetime: { kind: 'always' },
    origin: 'user',
    createdAtMs: 1,
    note: '',
    sentence: 'curl may connect to anything.',
    ...changes,
  };
}

export function entryOf(id: number): HistoryEntry {
  return {
    id: String(id),
    atMs: id,
    action: 'allow',
    reason: 'default',
    pid: 1,
    uid: 0,
    commandLine: [],
    commandLineCut: false,
    protocol: 'tcp',
    localAddress: '10.0.0.1',
    localPort: 1,
    address: '1.2.3.4',
    port: 443,
    heldUs: 1,
    alike: 0,
  };
}

export function flowTrafficOf(id: string, changes: Partial<FlowTraffic> = {}): FlowTraffic {
  return {
    id,
    app: '/usr/bin/curl',
    pid: 4711,
    uid: 1000,
    protocol: 'tcp',
    direction: 'out',
    localAddress: '10.0.0.1',
    localPort: 4000,
    address: '1.2.3.4',
    port: 443,
    startedAtMs: 1,
    carried: { bytesOut: 0, bytesIn: 0 },
    isEnded: false,
    ...changes,
  };
}

export const STATUS: Status = {
  version: '0.1.0',
  agentPid: 1,
  startedAtMs: 1,
  strict: false,
  correlator: 'cgroup hooks',
  rules: 0,
  promptsOpen: 0,
  promptsMissed: 0,
  flowsHeld: 0,
  clients: 1,
  counters: [],
  failureTable: [],
  rulesetGeneration: '1',
  memoryBytes: '1',
};

export function agentOf(changes: Partial<AgentSnapshot> = {}): AgentSnapshot {
  return {
    you: { uid: 1000, mayDecide: true },
    prompts: [],
    rules: [],
    problems: [],
    health: [],
    status: STATUS,
    mode: { kind: 'filtering', unknownFlows: 'ask' },
    ...changes,
  };
}
