// A firewall for the API's tests: answers from memory, remembers what it was asked, tells what a test makes happen.
import type { Address } from '../../domain/address.ts';
import { appOf } from '../../domain/app.ts';
import type { Client } from '../../domain/client.ts';
import type { FlowId } from '../../domain/flow.ts';
import { INITIAL_MODE } from '../../domain/mode.ts';
import type { Mode } from '../../domain/mode.ts';
import type { Decision, Prompt, PromptId } from '../../domain/prompt.ts';
import type { TrafficReport } from '../../domain/traffic.ts';
import type { Rule, RuleId } from '../../domain/rule.ts';
import type {
  AgentStatus,
  DecisionResult,
  ExplainQuery,
  Explanation,
  FirewallEvent,
  FirewallPort,
  FirewallSnapshot,
  HistoryEntry,
  HistoryQuery,
  KernelReport,
  ModeChange,
  Outcome,
  RuleDraft,
  RuleListing,
  RulesPort,
  RuleUses,
  StoredRule,
  UndoResult,
} from '../ports.ts';

export class FakeFirewall implements FirewallPort {
  readonly connected: Client[] = [];
  readonly decisions: { readonly decision: Decision; readonly client: Client }[] = [];
  readonly explained: ExplainQuery[] = [];
  readonly queries: HistoryQuery[] = [];
  readonly drafts: RuleDraft[] = [];
  readonly #listeners = new Set<(event: FirewallEvent) => void>();
  readonly #trafficListeners = new Set<(report: TrafficReport) => void>();
  openFlows: TrafficReport['flows'] = [];
  prompts: readonly Prompt[] = [];
  storedRules: readonly StoredRule[] = [];
  entries: readonly HistoryEntry[] = [];
  mode: Mode = INITIAL_MODE;
  /** What decide() answers. */
  decision: Outcome<DecisionResult> = {
    kind: 'done',
    value: { rules: [], flowsAnswered: 1, undoToken: 'undo-1', undoUntilMs: 2, notStored: undefined },
  };

  tell(event: FirewallEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Tells of `openFlows` at once, and later what a test makes happen. */
  watchTraffic(listener: (report: TrafficReport) => void): () => void {
    listener({ atMs: 1, flows: this.openFlows });
    this.#trafficListeners.add(listener);
    return () => this.#trafficListeners.delete(listener);
  }

  tellTraffic(report: TrafficReport): void {
    for (const listener of this.#trafficListeners) listener(report);
  }

  get trafficListeners(): number {
    return this.#trafficListeners.size;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  snapshot(): FirewallSnapshot {
    return { status: this.status(), prompts: this.prompts, ...this.rules.list() };
  }

  subscribe(listener: (event: FirewallEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  decide(decision: Decision, client: Client): Outcome<DecisionResult> {
    this.decisions.push({ decision, client });
    return this.decision;
  }

  undo(undoToken: string): Outcome<UndoResult> {
    if (undoToken === 'broken') throw new Error('a fault of the fake');
    return { kind: 'changed', text: 'The time to undo is over.' };
  }

  dismissMissed(promptId: PromptId | undefined): Outcome<number> {
    const dismissed = this.prompts.filter(
      ({ id, state }) => state === 'missed' && (promptId === undefined || id === promptId),
    );
    if (promptId !== undefined && dismissed.length === 0)
      return { kind: 'not-found', what: `the missed question ${promptId}` };
    this.prompts = this.prompts.filter((prompt) => !dismissed.includes(prompt));
    return { kind: 'done', value: dismissed.length };
  }

  readonly rules: RulesPort = {
    list: (): RuleListing => ({ rules: this.storedRules, problems: [] }),
    put: (draft) => {
      this.drafts.push(draft);
      const rule: Rule = {
        ...draft,
        id: draft.id ?? ('new-1' as RuleId),
        createdAtMs: draft.createdAtMs ?? 5,
      };
      return { kind: 'done', value: { rule, file: '/rules/new-1.yaml', sentence: 'A sentence.' } };
    },
    delete: (ruleId) => ({ kind: 'not-found', what: `the rule ${ruleId}` }),
    setEnabled: () => ({
      kind: 'storage-failed',
      text: 'The rule was not saved: the disk is full.',
      diskFull: true,
    }),

    text: function* (ids) {
      return `# ${ids.join(' ')}\n`;
    },
    read: (text) => ({
      rules: [],
      problems: [{ file: '', line: 1, reason: `cannot read ${text}`, lastGoodVersionInForce: false }],
    }),
  };

  ruleUses(): RuleUses {
    return { uses: [{ ruleId: 'curl-443' as RuleId, flows: 3, lastAtMs: 7 }], sinceMs: undefined };
  }

  status(): AgentStatus {
    return {
      version: '0.1.0',
      agentPid: 1,
      startedAtMs: 1,
      mode: this.mode,
      strict: false,
      correlator: 'a fake',
      rules: this.storedRules.length,
      promptsOpen: this.prompts.length,
      promptsMissed: 0,
      flowsHeld: 0,
      clients: this.connected.length,
      counters: [{ name: 'packets', value: 2n ** 63n }],
      health: [{ name: 'bpf', state: 'ok', text: 'loaded', remedy: undefined }],
      rulesetGeneration: 3n,
      memoryBytes: 1000n,
    };
  }

  measureKernel(durationMs: number): Promise<KernelReport> {
    const cost = { name: 'packet_unknown', runs: 2n ** 60n, runTimeNs: 7n, instructions: 500 };
    return Promise.resolve({
      ...{ measuredMs: durationMs, programs: [cost], masks: ['app port', 'none'] },
      ...{ verdicts: 3, verdictsPushedOut: 1, hits: 20, misses: 4 },
    });
  }

  explain(query: ExplainQuery): Explanation {
    this.explained.push(query);
    return {
      outcome: 'ask',
      rule: undefined,
      beaten: [],
      consultedFields: ['app'],
      text: 'It would be asked.',
    };
  }

  history(query: HistoryQuery): Outcome<readonly HistoryEntry[]> {
    this.queries.push(query);
    return { kind: 'done', value: this.entries.slice(0, query.limit) };
  }

  setMode(change: ModeChange): Outcome<Mode> {
    if (change.kind === 'pause')
      this.mode = { ...this.mode, filtering: 'paused', pausedUntilMs: change.pauseMs };
    return { kind: 'done', value: this.mode };
  }

  clientConnected(client: Client): void {
    this.connected.push(client);
  }

  clientGone(client: Client): void {
    this.connected.splice(this.connected.indexOf(client), 1);
  }
}

const CURL = appOf({ kind: 'path', path: '/usr/bin/curl' });

export function promptNamed(id: string, revision = 1): Prompt {
  const process = { pid: 7, startNs: 2n ** 60n, app: CURL, uid: 1000, userName: 'ada', cgroupId: 1n };
  const key = { protocol: 'tcp', localPort: 4000, remotePort: 443, networkNamespace: 1n } as const;
  const [localAddress, remoteAddress] = ['10.0.0.1' as Address, '1.2.3.4' as Address];
  return {
    id: id as PromptId,
    app: CURL,
    flows: [
      {
        id: `${id}-flow` as FlowId,
        key: { ...key, localAddress, remoteAddress },
        direction: 'out',
        process: {
          ...process,
          ...{ commandLine: ['curl', 'x'], ancestors: [], lineage: undefined, container: 'none' },
        },
        endpoint: { address: remoteAddress, port: 443, name: undefined },
        socketCookie: 1n,
        startedAtMs: 1,
      },
    ],
    state: 'open',
    openedAtMs: 1,
    deadlineMs: 2,
    revision,
  };
}
