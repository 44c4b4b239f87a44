// Generated from proto/sallyport/v1/firewall.proto by `npm run codegen`. Do not edit.
// 64-bit integers are decimal strings. An enum value that this version does not know arrives as a number.

export interface FirewallMethods {
  /** A snapshot of everything, then every change, in order. The stream ends when one side goes away, and with RESOURCE_EXHAUSTED where the client reads too slowly or many rules change at once: then it begins anew with another snapshot. */
  readonly watch: { readonly request: WatchRequest; readonly response: WatchEvent; readonly stream: true };
  /** Answers a prompt. Returns what became of it and a token with which it can be undone for a while. */
  readonly decide: {
    readonly request: DecideRequest;
    readonly response: DecideResponse;
    readonly stream: false;
  };
  /** Takes an answer back: removes its rule and ends the flows that it admitted. Where a rule cannot be removed, the flows are ended all the same, the call fails, and the token is good for another try. */
  readonly undoDecision: {
    readonly request: UndoDecisionRequest;
    readonly response: UndoDecisionResponse;
    readonly stream: false;
  };
  /** Takes missed prompts off the list without an answer. What is asked next is asked again. */
  readonly dismissPrompts: {
    readonly request: DismissPromptsRequest;
    readonly response: DismissPromptsResponse;
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
  /** Rules as the text of a rule file, which ReadRules and the rule directory take. */
  readonly exportRules: {
    readonly request: ExportRulesRequest;
    readonly response: ExportRulesResponse;
    readonly stream: false;
  };
  /** Reads the text of a rule file. Nothing is stored. */
  readonly readRules: {
    readonly request: ReadRulesRequest;
    readonly response: ReadRulesResponse;
    readonly stream: false;
  };
  /** How often each rule has decided, and when last. */
  readonly listRuleUses: {
    readonly request: ListRuleUsesRequest;
    readonly response: ListRuleUsesResponse;
    readonly stream: false;
  };
  readonly getStatus: {
    readonly request: GetStatusRequest;
    readonly response: Status;
    readonly stream: false;
  };
  /** What the kernel's part does and costs. It is measured for some time, in which every BPF program of the machine is a little slower. */
  readonly measureKernel: {
    readonly request: MeasureKernelRequest;
    readonly response: KernelReport;
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

export const DIRECTION_NAMES = [
  'DIRECTION_UNSPECIFIED',
  'DIRECTION_OUT',
  'DIRECTION_IN',
  'DIRECTION_ANY',
] as const;
export type Direction = (typeof DIRECTION_NAMES)[number];

export interface WatchRequest {
  /** Send history records as well, one event each. */
  readonly history: boolean;
  /** Send what flows carry as well, every second in which something changed. */
  readonly traffic: boolean;
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
  | { readonly event: 'traffic'; readonly traffic: TrafficReport }
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
  /** Stable identity, as written in rules: a path, or `container:RUNTIME/NAME:PATH`, `deleted:`, `memfd:`, `mnt-N:`, `inode:`, `unknown`. */
  readonly id: string;
  readonly name: string;
  /** Empty where there is none. */
  readonly path: string;
  /** path, container, deleted, memfd, foreign, inode, unknown */
  readonly identity: string;
  readonly mayCarryLastingRule: boolean;
  /** Of the identity container. */
  readonly container?: Container | undefined;
}

/** What a runtime says of a container. */
export interface Container {
  /** docker, podman, containerd, cri-o, lxc, systemd-nspawn */
  readonly runtime: string;
  readonly id: string;
  /** Empty where it is not known; with Kubernetes NAMESPACE/POD/CONTAINER. */
  readonly name: string;
  /** Empty where it is not known. */
  readonly image: string;
  /** The user whose own runtime made it; absent: the system's. */
  readonly uid?: number | undefined;
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
  /** Of each flow, in their order: the network around its address that DECISION_SCOPE_NETWORK stands for, such as 1.2.3.0/24. */
  readonly networks: readonly string[];
  /** What a rule for every App in the container that all these flows come from would name, such as container:docker/web. Empty where they come from none with a name, or from several. */
  readonly container: string;
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
  'DECISION_SCOPE_NETWORK',
] as const;
export type DecisionScope = (typeof DECISION_SCOPE_NAMES)[number];

export type DecisionLifetime =
  /** The waiting flows only; no rule. */
  | { readonly lifetime: 'once'; readonly once: Empty }
  | { readonly lifetime: 'untilProcessEnds'; readonly untilProcessEnds: Empty }
  /** Until the process ends, for it and for what it starts, whichever Apps that are. */
  | { readonly lifetime: 'untilProcessTreeEnds'; readonly untilProcessTreeEnds: Empty }
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
  /** The rules are for the user of the flows alone; else they hold for every user of the App. */
  readonly ownUserOnly: boolean;
  /** The rules are for every App of the flows' container, which must have a name (Prompt.container); else for the App. Not with a lifetime that is once or a process's. */
  readonly forContainer: boolean;
}

export interface DecideResponse {
  /** The rules that were written; empty for `once`. */
  readonly rules: readonly Rule[];
  readonly flowsAnswered: number;
  readonly undoToken: string;
  readonly undoUntilMs: number;
  /** Set where a rule could not be stored: the waiting flows were answered all the same. */
  readonly notStored?: NotStored | undefined;
}

export interface NotStored {
  /** Which rule, why, and what to do. */
  readonly text: string;
  readonly diskFull: boolean;
}

export interface UndoDecisionRequest {
  readonly undoToken: string;
}

export interface UndoDecisionResponse {
  readonly rulesRemoved: number;
  readonly flowsEnded: number;
}

export interface DismissPromptsRequest {
  /** Empty: all missed prompts. Open ones stay in any case. */
  readonly promptId: string;
}

export interface DismissPromptsResponse {
  readonly dismissed: number;
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
  /** The id of an App, or of a container, such as container:docker/web, for every App in it. Empty: any App. */
  readonly app: string;
  readonly uid?: number | undefined;
  /** Unspecified: out. A rule is about what comes in only where it says so. */
  readonly direction: Direction;
  readonly protocols: readonly string[];
  readonly addresses: readonly AddressMatcher[];
  readonly ports: readonly PortRange[];
}

export type RuleLifetime =
  | { readonly lifetime: 'always'; readonly always: Empty }
  | { readonly lifetime: 'untilMs'; readonly untilMs: number }
  | { readonly lifetime: 'process'; readonly process: ProcessInstance }
  /** Holds for that process and for what it starts. */
  | { readonly lifetime: 'processTree'; readonly processTree: ProcessInstance }
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
  /** `sentence` and `file` are set by the agent. A rule that is replaced keeps its `origin` and `created_at_ms`; a new one takes what is given, so that a deletion can be undone: an empty origin means user, 0 means now. */
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

export interface ExportRulesRequest {
  /** Empty: every rule that is stored. Rules that live in memory, and ids that no rule has, are left out. */
  readonly ids: readonly string[];
}

export interface ExportRulesResponse {
  readonly text: string;
}

export interface ReadRulesRequest {
  readonly text: string;
}

export interface ReadRulesResponse {
  /** Empty where there is a problem: a text with one bad rule is refused whole. */
  readonly rules: readonly Rule[];
  /** `file` is empty. */
  readonly problems: readonly RuleProblem[];
}

export interface ListRuleUsesRequest {}

export interface ListRuleUsesResponse {
  /** Rules without a use are left out; rules that are gone may be in it. */
  readonly uses: readonly RuleUse[];
  /** 0: as far back as history goes; else counted since then, because history could not be read. */
  readonly sinceMs: number;
}

export interface RuleUse {
  readonly ruleId: string;
  /** Flows that the rule decided about. */
  readonly flows: string;
  readonly lastAtMs: number;
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

export interface MeasureKernelRequest {
  /** At most 10 000. */
  readonly durationMs: number;
}

export interface KernelReport {
  readonly measuredMs: number;
  readonly programs: readonly ProgramCost[];
  /** Which fields verdicts look at, in the order in which the kernel tries them, such as `app port`; `none`: all flows. */
  readonly masks: readonly string[];
  /** Verdicts that hold now and are in the kernel's map. */
  readonly verdicts: number;
  /** Verdicts that would hold and are not there: they gave way to later ones. The kernel does not count these. */
  readonly verdictsPushedOut: number;
  /** While it was measured: connects, sends and packets decided by a verdict in the kernel, and packets that none fitted. */
  readonly hits: string;
  readonly misses: string;
}

export interface ProgramCost {
  readonly name: string;
  readonly runs: string;
  readonly runTimeNs: string;
  /** As the kernel holds it. */
  readonly instructions: number;
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
  /** All empty fields match everything. The id of a container stands for every App in it. */
  readonly app: string;
  readonly address: string;
  readonly port: number;
  readonly action: Action;
  readonly sinceMs: number;
  /** Each must be found in the App, path, command line, address, name or reason. The case of ASCII letters does not matter, and nothing in a word has a special meaning. At most 8 of 200 characters each, and the same for the two fields below. */
  readonly words: readonly string[];
  /** Found in the App or the path. */
  readonly appPart: string;
  /** Found in the address or the name. */
  readonly addressPart: string;
  readonly protocol: string;
  readonly direction: Direction;
  readonly uid?: number | undefined;
  /** Not younger than this; 0 means up to now. */
  readonly untilMs: number;
}

export interface ListHistoryResponse {
  readonly records: readonly HistoryRecord[];
}

/** What open flows carry. The first report of a stream tells of all open flows, each later one of those that changed. Where there are more than a thousand, several reports have the same time. */
export interface TrafficReport {
  readonly atMs: number;
  readonly flows: readonly FlowTraffic[];
}

export interface FlowTraffic {
  /** The same in every report about this flow, and never that of another one. */
  readonly id: string;
  /** As in HistoryRecord, down to `started_at_ms`. */
  readonly app: string;
  readonly path: string;
  readonly pid: number;
  readonly uid: number;
  readonly protocol: string;
  readonly direction: Direction;
  readonly localAddress: string;
  readonly localPort: number;
  readonly address: string;
  readonly port: number;
  readonly name: string;
  readonly startedAtMs: number;
  /** Since the flow began. */
  readonly traffic?: Traffic | undefined;
  /** The flow is over; no later report tells of it. */
  readonly ended: boolean;
}

/** Bytes are those of IP packets, headers included, as netfilter counts them. Out is what this machine sends. */
export interface Traffic {
  readonly packetsOut: string;
  readonly bytesOut: string;
  readonly packetsIn: string;
  readonly bytesIn: string;
}

export interface HistoryRecord {
  /** 0 in an event of Watch: the record is not stored yet. */
  readonly id: string;
  readonly atMs: number;
  readonly action: Action;
  /** As a stable short text: `rule ID`, `prompt ID`, `failure NAME`, default, paused, withdrawn, own, kernel. `rule ID (program not known)`: a deny that applies because its condition on the program could not be evaluated. `rule ID (cut)`: the flow was open, and its socket was ended when the rule began to deny it. */
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
  /** The port that names the service: the remote one of a flow that goes out, the local one of a flow that comes in. */
  readonly port: number;
  readonly name: string;
  readonly heldUs: number;
  /** Further flows with this App, this endpoint as far as the rule looks at it, and this verdict, that were only counted: of those that the kernel decides by itself it tells the first few in a second one by one, and of any that are more than history can take. Where they went to very many ends the fields of the endpoint are empty. */
  readonly alike: string;
  /** What the flow carried until it ended, or until now; unset for refused flows and where it was not counted. */
  readonly traffic?: Traffic | undefined;
}
