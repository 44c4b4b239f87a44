// DesktopState: what a window shows, and the changes that lead from one state to the next (reduce.ts).
import { z } from 'zod';
import { promptSchema, ruleProblemSchema, ruleSchema } from './model.ts';
import { keptPreferencesSchema } from './preferences.ts';
import { healthCheckSchema, historyEntrySchema, modeSchema, statusSchema } from './report.ts';

/** kind, and what is to be told to a person; `remedy` says what to do and may be empty. */
export const desktopErrorSchema = z.object({
  kind: z.enum([
    'unavailable',
    'not-permitted',
    'unsafe-socket',
    'invalid',
    'not-found',
    /** The prompt is no longer what was seen, or the time to undo is over. */
    'changed',
    'refused',
    'limit',
    'timeout',
    'cancelled',
    /** The agent has another version. */
    'unsupported',
    'internal',
    /** A preference is in force and could not be stored. */
    'not-kept',
  ]),
  text: z.string(),
  remedy: z.string(),
});

const lostConnectionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connecting') }).readonly(),
  /** The agent is gone. What was known is kept, and replaced at the next connection. */
  z
    .object({ kind: z.literal('disconnected'), reason: desktopErrorSchema.readonly(), retryAtMs: z.number() })
    .readonly(),
  /** The agent may not be used by this user, or what answers is not our agent. Nothing of it is shown. */
  z.object({ kind: z.literal('refused'), reason: desktopErrorSchema.readonly() }).readonly(),
]);

export const connectionSchema = z.discriminatedUnion('kind', [
  ...lostConnectionSchema.options,
  z.object({ kind: z.literal('connected') }).readonly(),
]);

export const youSchema = z.object({ uid: z.number(), mayDecide: z.boolean() });

const agentPart = {
  you: youSchema.readonly(),
  prompts: z.array(promptSchema.readonly()).readonly(),
  rules: z.array(ruleSchema.readonly()).readonly(),
  problems: z.array(ruleProblemSchema.readonly()).readonly(),
  health: z.array(healthCheckSchema.readonly()).readonly(),
};

/** Everything that the agent says at the beginning of a connection. */
export const agentSnapshotSchema = z.object({
  ...agentPart,
  status: statusSchema.readonly(),
  mode: modeSchema,
});

export const desktopStateSchema = z.object({
  connection: connectionSchema,
  ...agentPart,
  /** As of the beginning of the connection: its counts grow old, `getStatus` reads them anew. Absent before the first one. */
  status: statusSchema.readonly().optional(),
  mode: modeSchema.optional(),
  /** The person's, not the agent's. Absent before the host has said them. */
  preferences: keptPreferencesSchema.readonly().optional(),
  /** The latest records of history, newest first, each once, at most RECENT_LIMIT. */
  recent: z.array(historyEntrySchema.readonly()).readonly(),
});

export const changeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connection'), connection: lostConnectionSchema }).readonly(),
  /** The connection stands, and this is all that the agent knows. */
  z.object({ kind: z.literal('agent'), agent: agentSnapshotSchema.readonly() }).readonly(),
  /** Opened, changed or missed. */
  z.object({ kind: z.literal('prompt'), prompt: promptSchema.readonly() }).readonly(),
  /** Reasons: decided, withdrawn, ruled, expired. */
  z.object({ kind: z.literal('prompt-closed'), promptId: z.string(), reason: z.string() }).readonly(),
  z.object({ kind: z.literal('rule'), rule: ruleSchema.readonly() }).readonly(),
  z.object({ kind: z.literal('rule-deleted'), ruleId: z.string() }).readonly(),
  z.object({ kind: z.literal('problems'), problems: agentPart.problems }).readonly(),
  z.object({ kind: z.literal('mode'), mode: modeSchema }).readonly(),
  z.object({ kind: z.literal('health'), checks: agentPart.health }).readonly(),
  z
    .object({ kind: z.literal('history'), entries: z.array(historyEntrySchema.readonly()).readonly() })
    .readonly(),
  z.object({ kind: z.literal('preferences'), preferences: keptPreferencesSchema.readonly() }).readonly(),
]);

/** What a window gets: a whole state, then what changes it. A new snapshot replaces everything. */
export const desktopUpdateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot'), state: desktopStateSchema.readonly() }).readonly(),
  z.object({ kind: z.literal('changes'), changes: z.array(changeSchema).readonly() }).readonly(),
]);

export type DesktopError = Readonly<z.infer<typeof desktopErrorSchema>>;
export type DesktopErrorKind = DesktopError['kind'];
export type Connection = z.infer<typeof connectionSchema>;
export type AgentSnapshot = Readonly<z.infer<typeof agentSnapshotSchema>>;
export type DesktopState = Readonly<z.infer<typeof desktopStateSchema>>;
export type Change = z.infer<typeof changeSchema>;
export type DesktopUpdate = z.infer<typeof desktopUpdateSchema>;
