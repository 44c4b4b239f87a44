// DesktopApi: the one contract between a window and its host. Hosts, preload, pages and the fake of tests are typed from it, and
// hosts check every argument against it. Pages import its types only.
import { z } from 'zod';
import { appLookSchema, appsToDescribeSchema } from './app-look.ts';
import {
  actionSchema,
  directionSchema,
  ruleLifetimeSchema,
  ruleOriginSchema,
  ruleProblemSchema,
  ruleSchema,
  ruleUseSchema,
} from './model.ts';
import { keptPreferencesSchema, preferenceChangeSchema } from './preferences.ts';
import { agentReportSchema, historyEntrySchema, modeSchema, unknownFlowsSchema } from './report.ts';
import { desktopStateSchema, desktopUpdateSchema } from './state.ts';
import type { DesktopError, DesktopUpdate } from './state.ts';
import { trafficPlaceSchema, trafficSchema } from './traffic.ts';
import { userSchema } from './user.ts';
import type { WindowCallArgument, WindowCallName, WindowCallResult } from './window-contract.ts';

const DAY_MS = 86_400_000;
const MOST_HISTORY_ENTRIES = 1000;
const MOST_FLOWS = 512;
const LONGEST_LIST = 1000;
const MOST_RULES_NAMED = 5000;
const LONGEST_RULE_TEXT = 200_000;
const LONGEST_PATH = 4200;
const MOST_WORDS = 8;

const idSchema = z.string().min(1).max(256);
const appIdSchema = z.string().min(1).max(LONGEST_PATH);
const uidSchema = z.int().min(0).max(0xffff_fffe);
const portSchema = z.int().min(0).max(65_535);
const wordSchema = z.string().min(1).max(64);
const searchedSchema = z.string().min(1).max(200);
const momentMsSchema = z.number().min(0).max(253_402_300_799_999);
const nothing = z.undefined();

export const decisionScopeSchema = z.enum(['endpoint', 'address', 'network', 'port', 'app']);

export const decisionLifetimeSchema = z.discriminatedUnion('kind', [
  /** The waiting flows only; no rule. */
  z.strictObject({ kind: z.literal('once') }).readonly(),
  /** With children: for what the process starts as well, whichever App that is. */
  z.strictObject({ kind: z.literal('process'), withChildren: z.boolean() }).readonly(),
  z
    .strictObject({
      kind: z.literal('duration'),
      durationMs: z
        .number()
        .min(1000)
        .max(3650 * DAY_MS),
    })
    .readonly(),
  z.strictObject({ kind: z.literal('until'), untilMs: momentMsSchema }).readonly(),
  z.strictObject({ kind: z.literal('restart') }).readonly(),
  z.strictObject({ kind: z.literal('always') }).readonly(),
]);

export const decisionSchema = z.strictObject({
  promptId: idSchema,
  action: actionSchema,
  scope: decisionScopeSchema,
  lifetime: decisionLifetimeSchema,
  /** The rule is for the user of the flows alone; absent: for every user of the App. */
  ownUserOnly: z.boolean().exactOptional(),
  /** The rule is for every App of the prompt's container; absent: for the App. */
  forContainer: z.boolean().exactOptional(),
  /** The flows that the person saw and meant; never "whatever waits now". */
  flowIds: z.array(idSchema).min(1).max(MOST_FLOWS).readonly(),
  /** The revision that the person saw. */
  revision: z.int().min(1).max(0xffff_ffff),
});

/** A rule as a person wants it: without an id it gets a new one. */
export const ruleDraftSchema = z.strictObject({
  id: idSchema.optional(),
  enabled: z.boolean(),
  action: actionSchema,
  priority: z.int().min(-1_000_000).max(1_000_000),
  matcher: z
    .strictObject({
      app: appIdSchema.optional(),
      uid: uidSchema.optional(),
      direction: directionSchema.optional(),
      protocols: z.array(wordSchema).max(LONGEST_LIST).readonly(),
      addresses: z.array(wordSchema).max(LONGEST_LIST).readonly(),
      ports: z
        .array(z.strictObject({ from: portSchema, to: portSchema }).readonly())
        .max(LONGEST_LIST)
        .readonly(),
    })
    .readonly(),
  lifetime: ruleLifetimeSchema,
  note: z.string().max(4096),
  /** For a rule that is new; one that is replaced keeps its own. Absent: written by the user, now. */
  origin: ruleOriginSchema.optional(),
  createdAtMs: momentMsSchema.optional(),
});

export const modeChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('filter') }).readonly(),
  z.strictObject({ kind: z.literal('pause'), pauseMs: z.number().positive().max(DAY_MS) }).readonly(),
  z.strictObject({ kind: z.literal('unknown-flows'), unknownFlows: unknownFlowsSchema }).readonly(),
]);

export const historyQuerySchema = z.strictObject({
  limit: z.int().min(1).max(MOST_HISTORY_ENTRIES),
  /** Only older than this id. */
  beforeId: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
  app: appIdSchema.optional(),
  address: wordSchema.optional(),
  port: portSchema.optional(),
  action: actionSchema.optional(),
  sinceMs: momentMsSchema.optional(),
  untilMs: momentMsSchema.optional(),
  protocol: wordSchema.optional(),
  direction: directionSchema.optional(),
  uid: uidSchema.optional(),
  /** Each is found in App, path, command line, address, name or reason. */
  words: z.array(searchedSchema).max(MOST_WORDS).readonly().optional(),
  /** Found in App or path. */
  appPart: searchedSchema.optional(),
  /** Found in address or name. */
  addressPart: searchedSchema.optional(),
});

export const explainQuerySchema = z.strictObject({
  app: appIdSchema,
  /** Absent: the user of the host. */
  uid: uidSchema.optional(),
  direction: directionSchema,
  protocol: wordSchema,
  address: wordSchema,
  port: portSchema,
});

const explanationSchema = z.object({
  outcome: z.enum(['allow', 'deny', 'ask']),
  /** The deciding rule; absent when it would be asked. */
  rule: ruleSchema.readonly().optional(),
  /** Other rules that match, in the order in which they were beaten, each with what beat it. */
  beaten: z.array(z.object({ rule: ruleSchema.readonly(), beatenBy: z.string() }).readonly()).readonly(),
  consultedFields: z.array(z.string()).readonly(),
  text: z.string(),
});

const answeredSchema = z.object({
  /** The rules that were written; empty for `once`. */
  rules: z.array(ruleSchema.readonly()).readonly(),
  flowsAnswered: z.number(),
  undoToken: z.string(),
  undoUntilMs: z.number(),
  /** A rule could not be stored: what waited is answered, what comes next is asked about again. `text` says why and what to do. */
  notStored: z.object({ text: z.string(), diskFull: z.boolean() }).readonly().optional(),
});

const ruleResultSchema = ruleSchema.readonly();

/** Every call by its name, and the updates that a subscription gets. */
export const desktopContract = {
  calls: {
    getState: { argument: nothing, result: desktopStateSchema.readonly() },
    decide: { argument: decisionSchema.readonly(), result: answeredSchema.readonly() },
    undo: {
      argument: z.strictObject({ undoToken: idSchema }).readonly(),
      result: z.object({ rulesRemoved: z.number(), flowsEnded: z.number() }).readonly(),
    },
    /** Takes one missed prompt off the list, or all where none is named. */
    dismissPrompts: {
      argument: z.strictObject({ promptId: idSchema.optional() }).readonly(),
      result: z.object({ dismissed: z.number() }).readonly(),
    },
    putRule: { argument: ruleDraftSchema.readonly(), result: ruleResultSchema },
    deleteRule: { argument: z.strictObject({ ruleId: idSchema }).readonly(), result: nothing },
    setRuleEnabled: {
      argument: z.strictObject({ ruleId: idSchema, enabled: z.boolean() }).readonly(),
      result: ruleResultSchema,
    },
    /** Rules as the text of a rule file, which `readRules` takes; all that are stored where no ids are given. */
    exportRules: {
      argument: z.strictObject({ ruleIds: z.array(idSchema).max(MOST_RULES_NAMED).readonly() }).readonly(),
      result: z.object({ text: z.string() }).readonly(),
    },
    /** What such a text says: rules or problems, never both. Nothing is stored. */
    readRules: {
      argument: z.strictObject({ text: z.string().max(LONGEST_RULE_TEXT) }).readonly(),
      result: z
        .object({
          rules: z.array(ruleSchema.readonly()).readonly(),
          problems: z.array(ruleProblemSchema.readonly()).readonly(),
        })
        .readonly(),
    },
    listRuleUses: {
      argument: nothing,
      result: z
        .object({
          uses: z.array(ruleUseSchema.readonly()).readonly(),
          /** Absent: as far back as history goes. */
          sinceMs: z.number().optional(),
        })
        .readonly(),
    },
    explain: { argument: explainQuerySchema.readonly(), result: explanationSchema.readonly() },
    listHistory: {
      argument: historyQuerySchema.readonly(),
      result: z.array(historyEntrySchema.readonly()).readonly(),
    },
    /** What changed since then. The host follows the agent's counters as long as somebody asks every few seconds. */
    readTraffic: { argument: trafficPlaceSchema.readonly(), result: trafficSchema.readonly() },
    /** Names and icons from desktop entries, of those of the Apps that have one for certain. */
    describeApps: {
      argument: appsToDescribeSchema.readonly(),
      result: z.array(appLookSchema.readonly()).readonly(),
    },
    /** Those that this machine's own file names. */
    listUsers: { argument: nothing, result: z.array(userSchema.readonly()).readonly() },
    setMode: { argument: modeChangeSchema, result: modeSchema },
    getStatus: { argument: nothing, result: agentReportSchema.readonly() },
    /** For all windows of this person, from now on; what is not named stays. */
    setPreferences: {
      argument: preferenceChangeSchema.readonly(),
      result: keptPreferencesSchema.readonly(),
    },
  },
  update: desktopUpdateSchema,
} as const;

type Calls = typeof desktopContract.calls;
export type CallName = keyof Calls;
export type CallArgument<C extends CallName> = z.infer<Calls[C]['argument']>;
export type CallResult<C extends CallName> = z.infer<Calls[C]['result']>;

/** Expected failures are values; a promise of the contract is never rejected. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: DesktopError };

export type DesktopCalls = {
  readonly [C in CallName]: (
    ...argument: CallArgument<C> extends undefined ? [] : [CallArgument<C>]
  ) => Promise<Outcome<CallResult<C>>>;
};

/** Asked of the shell and not of the agent. */
export type WindowCalls = {
  readonly [C in WindowCallName]: (
    ...argument: WindowCallArgument<C> extends undefined ? [] : [WindowCallArgument<C>]
  ) => Promise<Outcome<WindowCallResult<C>>>;
};

export interface DesktopApi extends DesktopCalls, WindowCalls {
  /** The listener gets a snapshot, then changes in order, until the returned function is called. */
  readonly subscribe: (listener: (update: DesktopUpdate) => void) => () => void;
}

export type DecisionScope = z.infer<typeof decisionScopeSchema>;
export type DecisionLifetime = z.infer<typeof decisionLifetimeSchema>;
export type Decision = Readonly<z.infer<typeof decisionSchema>>;
export type RuleDraft = Readonly<z.infer<typeof ruleDraftSchema>>;
export type ModeChange = z.infer<typeof modeChangeSchema>;
export type HistoryQuery = Readonly<z.infer<typeof historyQuerySchema>>;
export type ExplainQuery = Readonly<z.infer<typeof explainQuerySchema>>;
export type Explanation = Readonly<z.infer<typeof explanationSchema>>;
export type Answered = Readonly<z.infer<typeof answeredSchema>>;
