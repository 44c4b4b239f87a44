// Generated from proto/sallyport/v1/firewall.proto by `npm run codegen`. Do not edit.
// 64-bit integers are decimal strings. An enum value that this version does not know arrives as a number.

export interface FirewallMethods {
  /** A snapshot of everything, then every change, in order. The stream ends only when one side goes away. */
  readonly watch: { readonly request: WatchRequest; readonly response: WatchEvent; readonly stream: true };
  /** Answers a prompt. Returns what became of it and a token with which it can be undone for a while. */
  readonly decide: {
    readonly request: DecideRequest;
    readonly response: DecideResponse;
    readonly stream: false;
  };
  /** Takes an answer back: removes its rule and ends the flows that it admitted. */
  readonly undoDecision: {
    readonly request: UndoDecisionRequest;
    readonly response: UndoDecisionResponse;
    readonly stream: false;
  };
  readonly listRules: {
    readonly request: ListRulesRequest;
    readonly response: ListRulesResponse;
    readonly stream: false;
  };
  /** Creates or replaces the rule of that id; an empty id gets a new one. */
  readonly putRule: {
    readonly request: PutRuleRequest;
    readonly response: PutRuleResponse;
    readonly stream: false;
  };
  readonly deleteRule: {
    readonly request: DeleteRuleRequest;
    readonly response: DeleteRuleResponse;
    readonly stream: false;
  };
  readonly setRuleEnabled: {
    readonly request: SetRuleEnabledRequest;
    readonly response: SetRuleEnabledResponse;
    readonly stream: false;
  };
  readonly getStatus: {
    readonly request: GetStatusRequest;
    readonly response: Status;
    readonly stream: false;
  };
  /** Which rule decides about a flow, which other rules it beat, and why. */
  readonly explain: {
    readonly request: ExplainRequest;
    readonly response: ExplainResponse;
    readonly stream: false;
  };
  readonly listHistory: {
    readonly request: ListHistoryRequest;
    readonly response: ListHistoryResponse;
    readonly stream: false;
  };
  readonly setMode: { readonly request: SetModeRequest; readonly response: Mode; readonly stream: false };
}

export const ACTION_NAMES = ['ACTION_UNSPECIFIED', 'ACTION_ALLOW', 'ACTION_DENY'] as const;
export type Action = (typeof ACTION_NAMES)[number];

export const DIRECTION_NAMES = ['DIRECTION_UNSPECIFIED', 'DIRECTION_OUT', 'DIRECTION_IN'] as const;
export type Direction = (typeof DIRECTION_NAMES)[number];

export interface WatchRequest {
  /** Send history records as well, one event each. */
  readonly history: boolean;
}

export type WatchEvent =
  /** Always the first event, and never again on the same stream. */
  | { readonly event: 'snapshot'; readonly snapshot: Snapshot }
  /** A prompt opened or changed. */
  | { readonly event: 'prompt'; readonly prompt: Prompt }
  | { readonly event: 'promptClosed'; readonly promptClosed: PromptClosed }
  | { readonly event: 'rule'; readonly rule: Rule }
  | { readonly event: 'ruleDeleted'; readonly ruleDeleted: string }
  | { readonly event: 'ruleProblems'; readonly ruleProblems: RuleProblems }
  | { readonly event: 'mode'; readonly mode: Mode }
  | { readonly event: 'history'; readonly history: HistoryRecord }
  /** All health checks, whenever one of them changed. */
  | { readonly event: 'health'; readonly health: HealthReport }
  /** Nothing was set, or something that this version does not know. */
  | { readonly event?: undefined };

export interface Snapshot {
  readonly status?: Status | undefined;
  readonly prompts: readonly Prompt[];
  readonly rules: readonly Rule[];
  /** What this client may do. */
  readonly you?: Client | undefined;
  readonly problems: readonly RuleProblem[];
}

export interface Client {
  readonly uid: number;
  readonly pid: number;
  readonly mayDecide: boolean;
}

export interface App {
  /** Stable identity, as written in rules: a path, or `deleted:`, `memfd:`, `mnt-N:`, `inode:`, `unknown`. */
  readonly id: string;
  readonly name: string;
  /** Empty where there is none. */
  readonly path: string;
  /** path, deleted, memfd, foreign, inode, unknown */
  readonly identity: string;
  readonly mayCarryLastingRule: boolean;
}

export interface Ancestor {
  readonly pid: number;
  readonly path: string;
  readonly commandLine: readonly string[];
}

export interface Process {
  readonly pid: number;
  /** Nanoseconds since boot; with the pid it names one process instance. */
  readonly startNs: string;
  readonly app?: App | undefined;
  readonly uid: number;
  readonly userName: string;
  /** Claimed by the process itself. */
  readonly commandLine: readonly string[];
  readonly ancestors: readonly Ancestor[];
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly name: string;
  readonly nameEvidence: string;
}

export interface Flow {
  readonly id: string;
  readonly protocol: string;
  readonly direction: Direction;
  readonly localAddress: string;
  readonly localPort: number;
  readonly endpoint?: Endpoint | undefined;
  readonly process?: Process | undefined;
  readonly startedAtMs: number;
}

export interface Prompt {
  readonly id: string;
  /** The whole question in one sentence. */
  readonly question: string;
  readonly app?: App | undefined;
  readonly flows: readonly Flow[];
  /** True when nobody answered in time: its flows were refused, an answer applies to the next try. */
  readonly missed: boolean;
  readonly openedAtMs: number;
  readonly deadlineMs: number;
  readonly revision: number;
}

export interface PromptClosed {
  readonly id: string;
  /** decided, withdrawn, ruled, expired */
  readonly reason: string;
}

export const DECISION_SCOPE_NAMES = [
  'DECISION_SCOPE_UNSPECIFIED',
  'DECISION_SCOPE_ENDPOINT',
  'DECISION_SCOPE_ADDRESS',
  'DECISION_SCOPE_PORT',
  'DECISION_SCOPE_APP',
] as const;
export type DecisionScope = (typeof DECISION_SCOPE_NAMES)[number];

export type DecisionLifetime =
  /** The waiting flows only; no rule. */
  | { readonly lifetime: 'once'; readonly once: Empty }
  | { readonly lifetime: 'untilProcessEnds'; readonly untilProcessEnds: Empty }
  | { readonly lifetime: 'durationMs'; readonly durationMs: number }
  | { readonly lifetime: 'untilMs'; readonly untilMs: number }
  | { readonly lifetime: 'untilRestart'; readonly untilRestart: Empty }
  | { readonly lifetime: 'always'; readonly always: Empty }
  /** Nothing was set, or something that this version does not know. */
  | { readonly lifetime?: undefined };

export interface Empty {}

export interface DecideRequest {
  readonly promptId: string;
  readonly action: Action;
  readonly scope: DecisionScope;
  readonly lifetime?: DecisionLifetime | undefined;
  /** Empty: all waiting flows of the prompt. */
  readonly flowIds: readonly string[];
  /** The revision that the person saw; 0: whatever waits now. */
  readonly revision: number;
}

export interface DecideResponse {
  /** The rules that were written; empty for `once`. */
  readonly rules: readonly Rule[];
  readonly flowsAnswered: number;
  readonly undoToken: string;
  readonly undoUntilMs: number;
}

export interface UndoDecisionRequest {
  readonly undoToken: string;
}

export interface UndoDecisionResponse {
  readonly rulesRemoved: number;
  readonly flowsEnded: number;
}

export interface AddressMatcher {
  /** One of: an address, a CIDR such as 10.0.0.0/8, or a network name such as loopback. */
  readonly text: string;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface RuleMatcher {
  readonly app: string;
  readonly uid?: number | undefined;
  readonly direction: Direction;
  readonly protocols: readonly string[];
  readonly addresses: readonly AddressMatcher[];
  readonly ports: readonly PortRange[];
}

export type RuleLifetime =
  | { readonly lifetime: 'always'; readonly always: Empty }
  | { readonly lifetime: 'untilMs'; readonly untilMs: number }
  | { readonly lifetime: 'process'; readonly process: ProcessInstance }
  | { readonly lifetime: 'untilRestart'; readonly untilRestart: Empty }
  /** Nothing was set, or something that this version does not know. */
  | { readonly lifetime?: undefined };

export interface ProcessInstance {
  readonly pid: number;
  readonly startNs: string;
}

export interface Rule {
  readonly id: string;
  readonly enabled: boolean;
  readonly action: Action;
  readonly priority: number;
  readonly matcher?: RuleMatcher | undefined;
  readonly lifetime?: RuleLifetime | undefined;
  /** prompt, user, import, default */
  readonly origin: string;
  readonly createdAtMs: number;
  readonly note: string;
  /** The rule in one sentence. */
  readonly sentence: string;
  /** File that holds the rule; empty for rules that live in memory. */
  readonly file: string;
}

export interface RuleProblem {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** True while the file's last good version stays in force. */
  readonly lastGoodVersionInForce: boolean;
}

export interface RuleProblems {
  readonly problems: readonly RuleProblem[];
}

export interface ListRulesRequest {}

export interface ListRulesResponse {
  readonly rules: readonly Rule[];
  readonly problems: readonly RuleProblem[];
}

export interface PutRuleRequest {
  /** `origin` may be empty (user), `user` or `import`; `created_at_ms`, `sentence` and `file` are set by the agent. */
  readonly rule?: Rule | undefined;
}

export interface PutRuleResponse {
  readonly rule?: Rule | undefined;
}

export interface DeleteRuleRequest {
  readonly id: string;
}

export interface DeleteRuleResponse {}

export interface SetRuleEnabledRequest {
  readonly id: string;
  readonly enabled: boolean;
}

export interface SetRuleEnabledResponse {
  readonly rule?: Rule | undefined;
}

export interface GetStatusRequest {}

export interface Mode {
  /** False while paused: everything passes and is recorded as such. */
  readonly filtering: boolean;
  /** 0 while filtering. */
  readonly pausedUntilMs: number;
  readonly unknownFlows: UnknownFlows;
}

export const UNKNOWN_FLOWS_NAMES = [
  'UNKNOWN_FLOWS_UNSPECIFIED',
  'UNKNOWN_FLOWS_ASK',
  'UNKNOWN_FLOWS_ALLOW',
  'UNKNOWN_FLOWS_DENY',
] as const;
export type UnknownFlows = (typeof UNKNOWN_FLOWS_NAMES)[number];

export type SetModeRequest =
  /** Filter again at once. */
  | { readonly change: 'filter'; readonly filter: Empty }
  /** Let everything through for so long, at most a day. */
  | { readonly change: 'pauseMs'; readonly pauseMs: number }
  | { readonly change: 'unknownFlows'; readonly unknownFlows: UnknownFlows }
  /** Nothing was set, or something that this version does not know. */
  | { readonly change?: undefined };

export interface HealthCheck {
  /** Stable short name, e.g. `bpf`, `netfilter`, `history`. */
  readonly name: string;
  readonly state: HealthState;
  /** What was found. */
  readonly text: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}

export interface HealthReport {
  readonly checks: readonly HealthCheck[];
}

export const HEALTH_STATE_NAMES = [
  'HEALTH_STATE_UNSPECIFIED',
  'HEALTH_STATE_OK',
  'HEALTH_STATE_DEGRADED',
  'HEALTH_STATE_BROKEN',
] as const;
export type HealthState = (typeof HEALTH_STATE_NAMES)[number];

export interface FailureLine {
  readonly name: string;
  readonly when: string;
  /** What is in force now. */
  readonly action: Action;
  readonly then: string;
}

export interface Status {
  readonly version: string;
  readonly agentPid: number;
  readonly startedAtMs: number;
  readonly mode?: Mode | undefined;
  readonly strict: boolean;
  /** Rung of the attribution ladder in use, in words. */
  readonly correlator: string;
  readonly rules: number;
  readonly promptsOpen: number;
  readonly promptsMissed: number;
  readonly flowsHeld: number;
  readonly clients: number;
  readonly counters: readonly Counter[];
  readonly health: readonly HealthCheck[];
  readonly failureTable: readonly FailureLine[];
  readonly rulesetGeneration: string;
  readonly memoryBytes: string;
}

export interface Counter {
  readonly name: string;
  readonly value: string;
}

export interface ExplainRequest {
  readonly app: string;
  /** Unset: the client's own. */
  readonly uid?: number | undefined;
  readonly direction: Direction;
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

export interface ExplainResponse {
  /** allow, deny or ask */
  readonly outcome: string;
  /** The deciding rule; unset when it would be asked. */
  readonly rule?: Rule | undefined;
  /** Other rules that match as well, in the order in which they were beaten. */
  readonly beaten: readonly Beaten[];
  readonly consultedFields: readonly string[];
  readonly text: string;
}

export interface Beaten {
  readonly rule?: Rule | undefined;
  /** priority, specificity, deny before allow, id */
  readonly beatenBy: string;
}

export interface ListHistoryRequest {
  /** Newest first. At most 10000; 0 means 100. */
  readonly limit: number;
  /** Only records older than this one; 0 means from the newest. */
  readonly beforeId: string;
  /** All empty fields match everything. */
  readonly app: string;
  readonly address: string;
  readonly port: number;
  readonly action: Action;
  readonly sinceMs: number;
}

export interface ListHistoryResponse {
  readonly records: readonly HistoryRecord[];
}

export interface HistoryRecord {
  readonly id: string;
  readonly atMs: number;
  readonly action: Action;
  /** As a stable short text: `rule ID`, `prompt ID`, `failure NAME`, default, paused, withdrawn, kernel */
  readonly reason: string;
  readonly app: string;
  readonly path: string;
  readonly pid: number;
  readonly uid: number;
  readonly commandLine: readonly string[];
  readonly protocol: string;
  readonly direction: Direction;
  readonly localAddress: string;
  readonly localPort: number;
  readonly address: string;
  readonly port: number;
  readonly name: string;
  readonly heldUs: number;
}
