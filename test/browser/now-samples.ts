// What the tests and pictures of Now show: Apps with a history of five minutes, counters that go on, and rules that decide.
import type { RuleDraft } from '../../apps/desktop/src/shared/desktop-api.ts';
import type { Rule } from '../../apps/desktop/src/shared/model.ts';
import type { HistoryEntry } from '../../apps/desktop/src/shared/report.ts';
import type { FlowTraffic } from '../../apps/desktop/src/shared/traffic.ts';
import type { OpenOptions } from './browser.ts';
import { agentChanges, LAPTOP } from './main-window.ts';

export interface NowFake {
  /** Tells of a flow as it happens. */
  readonly happen: (changes: Partial<HistoryEntry>) => void;
}

declare global {
  var nowFake: NowFake;
}

export function nowOptions(options: Partial<OpenOptions> = {}): OpenOptions {
  return { ...LAPTOP, changes: agentChanges(), prepare: prepareNow, fragment: '#/now', ...options };
}

/** Runs in the page, and is sent there as text. */
export function prepareNow(): void {
  const { fakeDesktop } = globalThis.testPage;
  const startMs = Date.now();
  const apps = [
    ['/usr/lib/firefox/firefox', 11, 0, 520_000, 21_000],
    ['/usr/bin/rsync', 1, 0, 4_000, 260_000],
    ['/usr/lib/thunderbird/thunderbird', 3, 0, 9_500, 1_400],
    ['/usr/lib/spotify/spotify', 4, 1, 41_000, 1_200],
    ['/usr/bin/git', 2, 0, 22_000, 3_000],
    ['/usr/lib/systemd/systemd-resolved', 2, 0, 600, 420],
    ['/usr/bin/signal-desktop', 2, 0, 900, 700],
    ['/usr/sbin/chronyd', 3, 0, 30, 30],
    ['/opt/telegram/Telegram', 2, 0, 3_300, 800],
    ['/usr/bin/ssh', 2, 0, 260, 310],
    ['/usr/bin/nextcloud', 1, 0, 2_200, 8_100],
    ['/usr/bin/curl', 3, 2, 1_300, 90],
    ['/usr/bin/python3.13', 2, 3, 220, 160],
    ['/home/alice/.local/bin/updater', 1, 6, 0, 0],
    ['/usr/bin/telemetryd', 1, 9, 0, 0],
    ['deleted:/tmp/installer', 1, 1, 0, 0],
    ['/usr/lib/apt/methods/http', 1, 0, 70, 40],
    ['/usr/bin/gnome-software', 1, 1, 900, 300],
    ['/usr/bin/mpv', 1, 0, 84_000, 900],
    ['/usr/bin/evolution', 2, 0, 310, 90],
  ] as const;
  const hosts = [
    'www.example.org',
    'cdn.example.net',
    'api.example.com',
    'mail.example.com',
    undefined,
  ] as const;
  const flows: FlowTraffic[] = [];
  const entries: HistoryEntry[] = [];
  let nextId = 10_000;
  const entryOf = (changes: Partial<HistoryEntry>): HistoryEntry => ({
    ...{ id: String(nextId++), atMs: startMs, action: 'allow', reason: 'default', pid: 4711, uid: 1000 },
    ...{ commandLine: [], commandLineCut: false, protocol: 'tcp', direction: 'out', heldUs: 900, alike: 0 },
    ...{ localAddress: '10.0.0.2', localPort: 40_000, address: '203.0.113.1', port: 443 },
    ...changes,
  });
  apps.forEach(([app, endpoints, refusals], index) => {
    for (let endpoint = 0; endpoint < endpoints; endpoint++) {
      const place = {
        ...{ app, path: app, pid: 2000 + index * 37, uid: app.includes('sbin') ? 0 : 1000 },
        ...{ localAddress: '10.0.0.2', localPort: 40_000 + index * 100 + endpoint },
        ...{ address: `203.0.113.${10 + ((index * 17 + endpoint * 5) % 200)}` },
        protocol: app.includes('resolved') || app.includes('chronyd') ? 'udp' : 'tcp',
        port: app.includes('resolved') ? 53 : app.includes('chronyd') ? 123 : app.includes('ssh') ? 22 : 443,
        ...{ name: hosts[(index + endpoint) % hosts.length], direction: 'out' as const },
      };
      const startedAtMs = startMs - 9_000 - ((index * 53 + endpoint * 31) % 280) * 1000;
      if (index < 13 || refusals === 0) {
        entries.push(entryOf({ ...place, atMs: startedAtMs, reason: 'rule default' }));
        const carried = { bytesOut: 0, bytesIn: 0 };
        flows.push({ ...place, id: `f-${flows.length}`, startedAtMs, carried, isEnded: false });
      }
      for (let refusal = 0; endpoint === 0 && refusal < refusals; refusal++) {
        const atMs = startMs - 4_000 - ((refusal * 41 + index * 13) % 270) * 1000;
        const denied = { action: 'deny', reason: 'rule telemetry', localPort: 0 } as const;
        entries.push(entryOf({ ...place, ...denied, atMs, address: '198.51.100.7' }));
      }
    }
  });
  const wave = (seconds: number, index: number): number =>
    Math.max(
      0,
      0.6 + Math.sin(seconds / (7 + (index % 5) * 3) + index) * 0.5 + Math.sin(seconds / 2.3) * 0.15,
    );
  const speedOf = (path: string | undefined): readonly [number, number] => {
    const [, endpoints = 1, , bytesIn = 0, bytesOut = 0] = apps.find(([app]) => app === path) ?? [];
    return [bytesIn / endpoints, bytesOut / endpoints];
  };
  const moved = (seconds: number, forSeconds: number): readonly FlowTraffic[] => {
    for (const [index, flow] of flows.entries()) {
      const [speedIn, speedOut] = speedOf(flow.app);
      const amount = forSeconds * wave(seconds, index);
      const { bytesOut = 0, bytesIn = 0 } = flow.carried ?? {};
      const carried = {
        bytesIn: bytesIn + Math.round(amount * speedIn),
        bytesOut: bytesOut + Math.round(amount * speedOut),
      };
      flows[index] = { ...flow, carried };
    }
    return flows.slice();
  };
  let revision = 0;
  let pastStep = 0;
  let readAtMs = startMs;
  globalThis.nowFake = {
    happen: (changes) => fakeDesktop.tell({ kind: 'history', entries: [entryOf({ ...changes, id: '0' })] }),
  };
  const answer = (atMs: number, isComplete: boolean, told: readonly FlowTraffic[]) =>
    ({
      ok: true,
      value: { epoch: 1, revision: ++revision, atMs, isCounted: true, isComplete, flows: told },
    }) as const;
  fakeDesktop.answers.readTraffic = () => {
    // An agent that does not count.
    if (sessionStorage.getItem('uncounted') !== null)
      return {
        ok: true,
        value: { epoch: 1, revision, atMs: 0, isCounted: false, isComplete: true, flows: [] },
      };
    if (pastStep < 60) {
      pastStep += 1;
      return answer(startMs - (60 - pastStep) * 5000, false, moved(pastStep * 5, 5));
    }
    const nowMs = Date.now();
    const told = moved(nowMs / 1000, (nowMs - readAtMs) / 1000);
    readAtMs = nowMs;
    return answer(nowMs, true, told);
  };
  fakeDesktop.answers.listHistory = ({ beforeId, limit }) => ({
    ok: true,
    value: entries
      .sort((left, right) => right.atMs - left.atMs)
      .filter(({ id }) => beforeId === undefined || Number(id) < Number(beforeId))
      .slice(0, limit),
  });
  const decides = ({ matcher }: Rule, address: string): boolean =>
    matcher.addresses.length === 0 || matcher.addresses.includes(address);
  fakeDesktop.answers.explain = ({ app, address }) => {
    const fitting = fakeDesktop
      .state()
      .rules.filter((rule) => rule.matcher.app === app && decides(rule, address))
      .sort((left, right) => right.matcher.addresses.length - left.matcher.addresses.length);
    const known = app.startsWith('/usr/') ? 'allow' : 'ask';
    const outcome = fitting[0]?.action ?? known;
    return { ok: true, value: { outcome, rule: fitting[0], beaten: [], consultedFields: [], text: '' } };
  };
  let ruleCount = 0;
  fakeDesktop.answers.putRule = (draft: RuleDraft) => {
    const { app = '', addresses } = draft.matcher;
    const may = draft.action === 'allow' ? 'may' : 'may not';
    const target = addresses.length === 0 ? 'anything' : addresses.join();
    const rule: Rule = {
      sentence: `${app} ${may} connect to ${target}.`,
      ...{ ...draft, id: draft.id ?? `made-${++ruleCount}`, origin: 'user' as const, createdAtMs: startMs },
    };
    fakeDesktop.tell({ kind: 'rule', rule });
    return { ok: true, value: rule };
  };
  fakeDesktop.answers.deleteRule = ({ ruleId }) => {
    fakeDesktop.tell({ kind: 'rule-deleted', ruleId });
    return { ok: true, value: undefined };
  };
  const sample = fakeDesktop.state().rules[0];
  if (sample === undefined) return;
  const deny = (id: string, app: string, addresses: readonly string[]): void =>
    fakeDesktop.tell({
      kind: 'rule',
      rule: {
        ...{ ...sample, id, action: 'deny', sentence: `${app} may not connect.` },
        matcher: { app, direction: 'out', protocols: [], addresses, ports: [] },
      },
    });
  deny('updater', '/home/alice/.local/bin/updater', []);
  deny('spotify', '/usr/lib/spotify/spotify', ['198.51.100.7']);
}
