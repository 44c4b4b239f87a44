// What the tests and screenshots of the main window show: an agent with rules and a history that answers page by page.
import type { HistoryQuery } from '../../apps/desktop/src/shared/desktop-api.ts';
import type { HistoryEntry } from '../../apps/desktop/src/shared/report.ts';
import type { Change } from '../../apps/desktop/src/shared/state.ts';
import { agentOf, ruleOf, STATUS } from '../../apps/desktop/src/test-support/samples.ts';
import { FAILURE_TABLE } from '../../apps/agent/src/domain/failure-policy.ts';
import type { Prompt } from '../../apps/desktop/src/shared/model.ts';
import type { Page } from 'playwright-core';
import type { OpenOptions } from './browser.ts';
import { appPrompt, curlPrompt, EXAMPLE_FLOW, sisterFlows } from './questions.ts';

/** A laptop. */
export const LAPTOP = { page: 'main', width: 1366, height: 768 } as const;

export const CURL_RULE = ruleOf('curl-example', {
  origin: 'prompt',
  sentence: 'curl may connect to 93.184.215.14 on TCP port 443.',
});
export const RULES = [
  CURL_RULE,
  ruleOf('loopback', { origin: 'default', sentence: 'Every program may connect to this computer itself.' }),
  ruleOf('telemetry', {
    action: 'deny',
    matcher: { app: '/usr/bin/telemetryd', protocols: [], addresses: [], ports: [] },
    sentence: 'telemetryd may not connect to anything.',
  }),
];

const HEALTH = [
  { name: 'bpf', state: 'ok', text: 'The programs that record owners are loaded.', remedy: '' },
  { name: 'netfilter', state: 'ok', text: 'The queue rules are in place for IPv4 and IPv6.', remedy: '' },
  { name: 'history', state: 'ok', text: 'The history is written to /var/lib/sallyport.', remedy: '' },
] as const;

const FAILURES = Object.entries(FAILURE_TABLE).map(([name, { when, standard, then }]) => ({
  ...{ name, when, then },
  action: standard,
}));

export function agentChanges(changes: Parameters<typeof agentOf>[0] = {}): readonly Change[] {
  const status = { ...STATUS, failureTable: FAILURES, rules: RULES.length };
  return [{ kind: 'agent', agent: agentOf({ rules: RULES, health: HEALTH, status, ...changes }) }];
}

export function missedPrompts(): readonly Prompt[] {
  return [
    appPrompt('thunderbird', { missed: true }),
    curlPrompt({ missed: true, flows: [EXAMPLE_FLOW, ...sisterFlows()] }, 3_600_000),
  ];
}

/** The agent's report, from the state of the fake. */
export function prepareStatus(): void {
  const { fakeDesktop } = globalThis.testPage;
  const { status, mode, health } = fakeDesktop.state();
  if (status === undefined || mode === undefined) return;
  const startedAtMs = Date.now() - 7_200_000;
  fakeDesktop.answers.getStatus = { ok: true, value: { status: { ...status, startedAtMs }, mode, health } };
}

/** Puts a history of `globalThis.historyCount` records behind the fake, the newest of them from just now. */
export function prepareHistory(): void {
  const page = globalThis as unknown as { historyCount?: number; addRecords: (count: number) => void };
  const { fakeDesktop } = globalThis.testPage;
  const apps = [
    ['/usr/bin/curl', '93.184.215.14', 443, 'example.com', 'rule curl-example', 'allow'],
    ['/usr/lib/firefox/firefox', '203.0.113.20', 443, 'www.example.org', 'prompt p-7', 'allow'],
    ['/usr/bin/telemetryd', '198.51.100.7', 443, undefined, 'rule telemetry', 'deny'],
    ['/usr/lib/systemd/systemd-resolved', '192.0.2.53', 53, undefined, 'default', 'allow'],
    ['/home/alice/.local/bin/updater', '2001:db8::7', 8443, undefined, 'failure promptTimeout', 'deny'],
    ['/usr/bin/ssh', '192.0.2.22', 22, 'build.example.net', 'rule ssh-old', 'allow'],
  ] as const;
  let newest = page.historyCount ?? 400;
  const startMs = Date.now();
  const make = (id: number): HistoryEntry => {
    const [app, address, port, name, reason, action] = apps[(id * 7 + (id >> 3)) % apps.length] ?? apps[0];
    return {
      ...{
        id: String(id),
        atMs: startMs - (newest - id) * 900,
        action,
        reason,
        app,
        path: app,
        address,
        port,
        name,
      },
      ...{
        pid: 4000 + (id % 900),
        uid: 1000,
        commandLine: [app, '--from', `job ${id}`],
        commandLineCut: false,
      },
      ...{
        protocol: port === 53 ? 'udp' : 'tcp',
        direction: 'out',
        localAddress: '10.0.0.2',
        localPort: 40_000,
      },
      heldUs: 850 + (id % 7) * 90,
      alike: id % 9 === 0 ? 1204 + id : 0,
      ...(action === 'allow' && {
        carried: { bytesIn: 14_200 + 13 * id, packetsIn: 21, bytesOut: 2900 + id, packetsOut: 17 },
      }),
    };
  };
  const hasWord = (entry: HistoryEntry, word: string): boolean =>
    [entry.app, entry.address, entry.name, entry.reason, ...entry.commandLine].some(
      (text) => text?.toLowerCase().includes(word.toLowerCase()) === true,
    );
  const isWanted = (entry: HistoryEntry, query: HistoryQuery): boolean =>
    [
      query.action === undefined || query.action === entry.action,
      query.port === undefined || query.port === entry.port,
      query.sinceMs === undefined || query.sinceMs <= entry.atMs,
      query.appPart === undefined || entry.app?.includes(query.appPart),
      query.uid === undefined || query.uid === entry.uid,
      query.words === undefined || query.words.every((word) => hasWord(entry, word)),
    ].every((holds) => holds === true);
  fakeDesktop.answers.listHistory = (query) => {
    const value: HistoryEntry[] = [];
    const beforeId = Number(query.beforeId ?? newest + 1);
    for (let id = beforeId - 1; id > 0 && value.length < query.limit; id--) {
      const entry = make(id);
      if (isWanted(entry, query)) value.push(entry);
    }
    return { ok: true, value };
  };
  fakeDesktop.answers.explain = ({ app }) => {
    const rule = fakeDesktop.state().rules.find(({ matcher }) => matcher.app === app);
    return {
      ok: true,
      value: { outcome: rule?.action ?? 'ask', rule, beaten: [], consultedFields: ['app'], text: '' },
    };
  };
  page.addRecords = (count) => {
    const entries = Array.from({ length: count }, (_, index) => ({ ...make(newest + index + 1), id: '0' }));
    newest += count;
    fakeDesktop.tell({ kind: 'history', entries });
  };
}

export function historyOptions(options: Partial<OpenOptions> = {}): OpenOptions {
  return { ...LAPTOP, changes: agentChanges(), prepare: prepareHistory, fragment: '#/history', ...options };
}

/** What the window asked its host for under that name, so far. */
export function calls(page: Page, name: string): Promise<readonly unknown[]> {
  return page.evaluate(
    (wanted) =>
      globalThis.testPage.fakeDesktop.calls
        .filter((call) => call.name === wanted)
        .map((call) => call.argument),
    name,
  );
}
