// Messages for the tests here, each with only the interesting fields to be given.
import type { Flow, HistoryRecord, KernelReport, Prompt, Rule, Snapshot, Status } from '@sallyport/proto';

export const NOW_MS = Date.UTC(2026, 10, 22, 18, 0, 0);

export function sampleFlow(changes: Partial<Flow> & { address?: string; port?: number } = {}): Flow {
  const { address = '1.2.3.4', port = 443, ...rest } = changes;
  return {
    id: `${address}|${port}`,
    protocol: 'tcp',
    direction: 'DIRECTION_OUT',
    localAddress: '10.0.0.2',
    localPort: 40_000,
    endpoint: { address, port, name: 'example.com', nameEvidence: 'asked by curl 2 s ago' },
    process: {
      pid: 4711,
      startNs: '123456789',
      uid: 1000,
      userName: 'alice',
      commandLine: ['curl', '-s', 'https://example.com/'],
      ancestors: [
        { pid: 4700, path: '/home/alice/build.sh', commandLine: ['/bin/sh', './build.sh'] },
        { pid: 4600, path: '/usr/bin/bash', commandLine: ['bash'] },
        { pid: 4000, path: '/usr/bin/gnome-terminal', commandLine: [] },
      ],
    },
    startedAtMs: NOW_MS,
    ...rest,
  };
}

export function samplePrompt(changes: Partial<Prompt> = {}): Prompt {
  return {
    id: 'p1',
    question: 'Allow curl to connect to 1.2.3.4:443?',
    app: {
      id: '/usr/bin/curl',
      name: 'curl',
      path: '/usr/bin/curl',
      identity: 'path',
      mayCarryLastingRule: true,
    },
    flows: [sampleFlow()],
    missed: false,
    openedAtMs: NOW_MS,
    deadlineMs: NOW_MS + 120_000,
    revision: 1,
    networks: ['1.2.3.0/24'],
    container: '',
    ...changes,
  };
}

export function sampleRule(changes: Partial<Rule> = {}): Rule {
  return {
    id: 'curl-1.2.3.4-443',
    enabled: true,
    action: 'ACTION_ALLOW',
    priority: 0,
    matcher: {
      app: '/usr/bin/curl',
      uid: undefined,
      direction: 'DIRECTION_OUT',
      protocols: ['tcp'],
      addresses: [{ text: '1.2.3.4' }],
      ports: [{ from: 443, to: 443 }],
    },
    lifetime: { lifetime: 'always', always: {} },
    origin: 'prompt',
    createdAtMs: NOW_MS - 3_600_000,
    note: '',
    sentence: 'curl may connect to 1.2.3.4 on port 443, always.',
    file: '/etc/sallyport/rules/curl.yaml',
    ...changes,
  };
}

export function sampleStatus(changes: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    agentPid: 321,
    startedAtMs: NOW_MS - 3 * 3_600_000,
    mode: { filtering: true, pausedUntilMs: 0, unknownFlows: 'UNKNOWN_FLOWS_ASK' },
    strict: false,
    correlator: 'cgroup hooks and xt_bpf',
    rules: 12,
    promptsOpen: 0,
    promptsMissed: 0,
    flowsHeld: 0,
    clients: 2,
    counters: [],
    health: [{ name: 'bpf', state: 'HEALTH_STATE_OK', text: 'All programs are attached.', remedy: '' }],
    failureTable: [],
    rulesetGeneration: '42',
    memoryBytes: '48000000',
    ...changes,
  };
}

export function sampleKernelReport(changes: Partial<KernelReport> = {}): KernelReport {
  return {
    measuredMs: 2000,
    programs: [
      { name: 'packet_unknown', runs: '1000', runTimeNs: '250000', instructions: 640 },
      { name: 'owner_release', runs: '0', runTimeNs: '0', instructions: 90 },
    ],
    masks: ['app', 'app port'],
    verdicts: 12,
    verdictsPushedOut: 3,
    hits: '1000',
    misses: '5',
    ...changes,
  };
}

export function sampleRecord(changes: Partial<HistoryRecord> = {}): HistoryRecord {
  return {
    id: '9',
    atMs: NOW_MS,
    action: 'ACTION_ALLOW',
    reason: 'rule curl-1.2.3.4-443',
    app: '/usr/bin/curl',
    path: '/usr/bin/curl',
    pid: 4711,
    uid: 1000,
    commandLine: ['curl'],
    protocol: 'tcp',
    direction: 'DIRECTION_OUT',
    localAddress: '10.0.0.2',
    localPort: 40_000,
    address: '1.2.3.4',
    port: 443,
    name: 'example.com',
    heldUs: 120,
    alike: '0',
    ...changes,
  };
}

export function sampleSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    status: sampleStatus(),
    prompts: [],
    rules: [],
    you: { uid: 1000, pid: 5000, mayDecide: true },
    problems: [],
    ...changes,
  };
}
