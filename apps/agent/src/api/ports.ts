// What the API needs from the rest of the agent, in domain types. The agent's composition root implements it.
import type { Address } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import type { Client } from '../domain/client.ts';
import type { Direction, Protocol } from '../domain/flow-key.ts';
import type { Mode } from '../domain/mode.ts';
import type { Decision, Prompt, PromptId } from '../domain/prompt.ts';
import type { Traffic, TrafficReport } from '../domain/traffic.ts';
import type { Action, Rule, RuleId, RuleUse } from '../domain/rule.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';

/** What is expected to go wrong when a client asks for a change. Texts are whole sentences for a person. */
export type Refusal =
  /** `what` as in "the rule curl-443". */
  | { readonly kind: 'not-found'; readonly what: string }
  /** The prompt is no longer what the person saw, or the undo's time is over. */
  | { readonly kind: 'changed'; readonly text: string }
  /** The change does not fit, e.g. a lasting rule for an App that may not carry one. */
  | { readonly kind: 'refused'; readonly text: string }
  /** The change could not be stored. */
  | { readonly kind: 'storage-failed'; readonly text: string; readonly diskFull: boolean };

export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | Refusal;
type MaybePromise<T> = T | Promise<T>;

/** A rule as it is shown: where it is stored (undefined: in memory) and in one sentence. */
export interface StoredRule {
  readonly rule: Rule;
  readonly file: string | undefined;
  readonly sentence: string;
}

/** A rule as a client wants it. Without an id it gets a new one. One that is replaced keeps its origin and the time it was made. */
export type RuleDraft = Omit<Rule, 'id' | 'createdAtMs'> & {
  readonly id: RuleId | undefined;
  /** Undefined: now. */
  readonly createdAtMs: number | undefined;
};

export interface RuleProblem {
  readonly file: string;
  /** From 1; undefined where the file as a whole is meant. */
  readonly line: number | undefined;
  readonly reason: string;
  readonly lastGoodVersionInForce: boolean;
}

export interface RuleListing {
  /** Those of the moment of the call; found while they are read, which can be done once. */
  readonly rules: Iterable<StoredRule>;
  readonly problems: readonly RuleProblem[];
}

export interface HealthCheck {
  readonly name: string;
  readonly state: 'ok' | 'degraded' | 'broken';
  readonly text: string;
  /** What to do; undefined when all is well. */
  readonly remedy: string | undefined;
}

export interface AgentStatus {
  readonly version: string;
  readonly agentPid: number;
  readonly startedAtMs: number;
  readonly mode: Mode;
  readonly strict: boolean;
  /** Rung of the attribution ladder in use, in words. */
  readonly correlator: string;
  readonly rules: number;
  readonly promptsOpen: number;
  readonly promptsMissed: number;
  readonly flowsHeld: number;
  readonly clients: number;
  readonly counters: readonly { readonly name: string; readonly value: bigint }[];
  readonly health: readonly HealthCheck[];
  readonly rulesetGeneration: bigint;
  readonly memoryBytes: bigint;
}

/** What the kernel's part does and costs. */
export interface KernelReport {
  readonly measuredMs: number;
  readonly programs: readonly ProgramCost[];
  /** The fields that verdicts look at, in the order in which the kernel tries them. */
  readonly masks: readonly string[];
  /** Verdicts that hold and are in the kernel's map. */
  readonly verdicts: number;
  /** Verdicts that would hold and are not there. */
  readonly verdictsPushedOut: number;
  /** While it was measured: decided by a verdict in the kernel, and fitted by none. */
  readonly hits: number;
  readonly misses: number;
}

export interface ProgramCost {
  readonly name: string;
  readonly runs: bigint;
  readonly runTimeNs: bigint;
  readonly instructions: number;
}

/** One line of history as it is stored and shown; undefined where nothing was known. */
export interface HistoryEntry {
  /** Goes up with time. */
  readonly id: bigint;
  readonly atMs: number;
  readonly action: Action;
  /** As of reasonText in domain/verdict.ts. */
  readonly reason: string;
  readonly process:
    | {
        readonly app: AppId;
        readonly path: string | undefined;
        readonly pid: number;
        readonly uid: number;
        readonly commandLine: readonly string[];
      }
    | undefined;
  readonly flow:
    | {
        readonly protocol: Protocol;
        readonly direction: Direction | undefined;
        readonly localAddress: Address;
        readonly localPort: number;
        readonly remoteAddress: Address;
        readonly remotePort: number;
        readonly name: string | undefined;
      }
    | undefined;
  readonly heldUs: number;
  /** Further flows like this one that were only counted. */
  readonly alike: number;
  readonly traffic: Traffic | undefined;
}

/** Newest first; every condition that is undefined matches everything. */
export interface HistoryQuery {
  readonly limit: number;
  /** Only older than this id. */
  readonly beforeId: bigint | undefined;
  readonly app: AppId | undefined;
  readonly address: Address | undefined;
  readonly port: number | undefined;
  readonly action: Action | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly protocol: Protocol | undefined;
  readonly direction: Direction | undefined;
  readonly uid: number | undefined;
  /** Each is found in App, path, command line, address, name or reason. */
  readonly words: readonly string[];
  /** Found in App or path. */
  readonly appPart: string | undefined;
  /** Found in address or name. */
  readonly addressPart: string | undefined;
}

export interface ExplainQuery {
  readonly app: AppId;
  readonly uid: number;
  readonly direction: Direction;
  readonly protocol: Protocol;
  readonly address: Address;
  readonly port: number;
}

export interface Explanation {
  readonly outcome: Action | 'ask';
  readonly rule: StoredRule | undefined;
  readonly beaten: readonly { readonly rule: StoredRule; readonly beatenBy: string }[];
  readonly consultedFields: readonly string[];
  readonly text: string;
}

export type ModeChange =
  | { readonly kind: 'filter' }
  | { readonly kind: 'pause'; readonly pauseMs: number }
  | { readonly kind: 'unknown-flows'; readonly unknownFlows: Mode['unknownFlows'] };

export type PromptEnd = 'decided' | 'withdrawn' | 'ruled' | 'expired';

export type FirewallEvent =
  /** Opened, changed or missed. */
  | { readonly kind: 'prompt'; readonly prompt: Prompt }
  | { readonly kind: 'prompt-closed'; readonly promptId: PromptId; readonly reason: PromptEnd }
  | { readonly kind: 'rule'; readonly rule: StoredRule }
  | { readonly kind: 'rule-deleted'; readonly ruleId: RuleId }
  /** More of them changed at once than are told one by one. */
  | { readonly kind: 'many-rules' }
  | { readonly kind: 'problems'; readonly problems: readonly RuleProblem[] }
  | { readonly kind: 'mode'; readonly mode: Mode }
  | { readonly kind: 'health'; readonly checks: readonly HealthCheck[] }
  | { readonly kind: 'history'; readonly entry: HistoryEntry }
  | { readonly kind: 'traffic'; readonly report: TrafficReport };

export interface FirewallSnapshot extends RuleListing {
  readonly status: AgentStatus;
  /** Open and missed, in the order in which they are shown. */
  readonly prompts: readonly Prompt[];
}

export interface DecisionResult {
  readonly rules: readonly StoredRule[];
  readonly flowsAnswered: number;
  readonly undoToken: string;
  readonly undoUntilMs: number;
  /** A rule could not be stored; what waited was answered all the same. */
  readonly notStored: NotStored | undefined;
}

export interface NotStored {
  /** Which rule, why, and what to do. */
  readonly text: string;
  readonly diskFull: boolean;
}

export interface UndoResult {
  readonly rulesRemoved: number;
  readonly flowsEnded: number;
}

export interface RulesPort {
  list(): RuleListing;
  put(draft: RuleDraft, client: Client): MaybePromise<Outcome<StoredRule>>;
  delete(ruleId: RuleId, client: Client): MaybePromise<Outcome<undefined>>;
  setEnabled(change: RuleSwitch, client: Client): MaybePromise<Outcome<StoredRule>>;
  /** As the text of a rule file; all stored rules where no ids are given. */
  text(ids: readonly RuleId[]): SlicedWork<string>;
  /** What such a text says; rules or problems, never both. */
  read(text: string): RuleListing;
}

export interface RuleUses {
  readonly uses: readonly RuleUse[];
  /** Undefined: as far back as history goes. */
  readonly sinceMs: number | undefined;
}

export interface RuleSwitch {
  readonly ruleId: RuleId;
  readonly enabled: boolean;
}

export interface FirewallPort {
  /** Everything as of this very moment. Synchronous, so that a subscription made in the same tick misses and doubles nothing. */
  snapshot(): FirewallSnapshot;
  /** The listener never throws and is called in the order of the changes. Returns what ends it. */
  subscribe(listener: (event: FirewallEvent) => void): () => void;
  /** The listener hears of all open flows before this returns, then of those that changed. Returns what ends it. */
  watchTraffic(listener: (report: TrafficReport) => void): () => void;
  decide(decision: Decision, client: Client): MaybePromise<Outcome<DecisionResult>>;
  undo(undoToken: string, client: Client): MaybePromise<Outcome<UndoResult>>;
  /** Takes one missed prompt, or all, off the list; returns how many. */
  dismissMissed(promptId: PromptId | undefined, client: Client): MaybePromise<Outcome<number>>;
  readonly rules: RulesPort;
  status(): AgentStatus;
  measureKernel(durationMs: number): Promise<KernelReport>;
  explain(query: ExplainQuery): MaybePromise<Explanation>;
  history(query: HistoryQuery): MaybePromise<Outcome<readonly HistoryEntry[]>>;
  ruleUses(): MaybePromise<RuleUses>;
  setMode(change: ModeChange, client: Client): MaybePromise<Outcome<Mode>>;
  /** From now on this client watches and may answer prompts. Called once for each client, however many streams it has. */
  clientConnected(client: Client): void;
  clientGone(client: Client): void;
}

/** Who is at the other end, as the kernel says (SO_PEERCRED, SO_PEERGROUPS). */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
}
