// Everything that a client can see and do, as the API asks for it: a thin face over the parts that main.ts built.
import type {
  AgentStatus,
  DecisionResult,
  Explanation,
  ExplainQuery,
  FirewallEvent,
  FirewallPort,
  FirewallSnapshot,
  HistoryEntry,
  HistoryQuery,
  KernelReport,
  ModeChange,
  Outcome,
  RuleUses,
  UndoResult,
} from './api/ports.ts';
import type { Address } from './domain/address.ts';
import type { AppId } from './domain/app.ts';
import type { Client, ClientId } from './domain/client.ts';
import type { Protocol } from './domain/flow-key.ts';
import type { Mode } from './domain/mode.ts';
import type { Decision, Prompt, PromptId } from './domain/prompt.ts';
import type { TrafficReport } from './domain/traffic.ts';
import type { HistoryEntry as StoredEntry } from './history/entry.ts';
import type { HistoryFilter } from './history/entry.ts';
import type { HistoryResult } from './history/store.ts';
import type { RulesBook } from './rules-book.ts';

export interface ServiceParts {
  readonly rules: RulesBook;
  readonly prompts: () => readonly Prompt[];
  readonly status: () => AgentStatus;
  readonly measureKernel: (durationMs: number) => Promise<KernelReport>;
  readonly subscribe: (listener: (event: FirewallEvent) => void) => () => void;
  readonly watchTraffic: (listener: (report: TrafficReport) => void) => () => void;
  readonly decide: (decision: Decision) => Outcome<DecisionResult>;
  readonly undo: (token: string) => Outcome<UndoResult>;
  /** One missed prompt, or all; how many there were. */
  readonly dismissMissed: (promptId: PromptId | undefined) => number;
  readonly explain: (query: ExplainQuery) => Explanation;
  readonly history: (filter: HistoryFilter) => Promise<HistoryResult>;
  readonly ruleUses: () => Promise<RuleUses>;
  readonly setMode: (change: ModeChange) => Mode;
  /** Called when the number of clients that may answer becomes or ceases to be 0. */
  readonly onClients: (isAnyoneThere: boolean) => void;
}

export class FirewallService implements FirewallPort {
  readonly #parts: ServiceParts;
  readonly #clients = new Set<ClientId>();

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  get rules(): RulesBook {
    return this.#parts.rules;
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  snapshot(): FirewallSnapshot {
    return { ...this.rules.list(), status: this.status(), prompts: this.#parts.prompts() };
  }

  subscribe(listener: (event: FirewallEvent) => void): () => void {
    return this.#parts.subscribe(listener);
  }

  watchTraffic(listener: (report: TrafficReport) => void): () => void {
    return this.#parts.watchTraffic(listener);
  }

  decide(decision: Decision): Outcome<DecisionResult> {
    return this.#parts.decide(decision);
  }

  undo(token: string): Outcome<UndoResult> {
    return this.#parts.undo(token);
  }

  dismissMissed(promptId: PromptId | undefined): Outcome<number> {
    const value = this.#parts.dismissMissed(promptId);
    if (promptId === undefined || value > 0) return { kind: 'done', value };
    return { kind: 'not-found', what: `the missed question ${promptId}` };
  }

  status(): AgentStatus {
    return this.#parts.status();
  }

  measureKernel(durationMs: number): Promise<KernelReport> {
    return this.#parts.measureKernel(durationMs);
  }

  explain(query: ExplainQuery): Explanation {
    return this.#parts.explain(query);
  }

  async history(query: HistoryQuery): Promise<Outcome<readonly HistoryEntry[]>> {
    const beforeId = query.beforeId === undefined ? undefined : Number(query.beforeId);
    const result = await this.#parts.history({ ...query, beforeId });
    if (result.kind === 'entries') return { kind: 'done', value: result.entries.map(entryOf) };
    return { kind: 'storage-failed', text: result.text, diskFull: false };
  }

  ruleUses(): Promise<RuleUses> {
    return this.#parts.ruleUses();
  }

  setMode(change: ModeChange): Outcome<Mode> {
    return { kind: 'done', value: this.#parts.setMode(change) };
  }

  clientConnected(client: Client): void {
    this.#clients.add(client.id);
    if (this.#clients.size === 1) this.#parts.onClients(true);
  }

  clientGone(client: Client): void {
    if (this.#clients.delete(client.id) && this.#clients.size === 0) this.#parts.onClients(false);
  }
}

/** The database's text columns hold what the domain wrote there. */
function entryOf(entry: StoredEntry): HistoryEntry {
  return {
    id: BigInt(entry.id),
    atMs: entry.atMs,
    action: entry.action,
    reason: entry.reason,
    process: entry.app === undefined ? undefined : processOf(entry, entry.app),
    flow: entry.address === undefined ? undefined : flowOf(entry, entry.address),
    heldUs: entry.heldUs,
    alike: entry.alike,
    traffic: entry.traffic,
  };
}

function processOf(entry: StoredEntry, app: string): NonNullable<HistoryEntry['process']> {
  return {
    app: app as AppId,
    path: entry.path,
    pid: entry.pid ?? 0,
    uid: entry.uid ?? 0,
    commandLine: entry.commandLine,
  };
}

function flowOf(entry: StoredEntry, address: string): NonNullable<HistoryEntry['flow']> {
  return {
    protocol: (entry.protocol ?? 'ip-0') as Protocol,
    direction: entry.direction,
    localAddress: (entry.localAddress ?? '') as Address,
    localPort: entry.localPort ?? 0,
    remoteAddress: address as Address,
    remotePort: entry.port ?? 0,
    name: entry.name,
  };
}
