// What the agent reports of itself and of the past: status, mode, health and history, as schemas with their types.
import { z } from 'zod';
import { actionSchema, directionSchema, protocolSchema } from './model.ts';
import { countedSchema } from './traffic.ts';

export const unknownFlowsSchema = z.enum(['ask', 'allow', 'deny']);

export const modeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('filtering'), unknownFlows: unknownFlowsSchema }).readonly(),
  /** Everything passes and is recorded as such. */
  z.object({ kind: z.literal('paused'), untilMs: z.number(), unknownFlows: unknownFlowsSchema }).readonly(),
]);

export const healthCheckSchema = z.object({
  /** Stable short name, e.g. `bpf`, `netfilter`, `history`. */
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'broken']),
  text: z.string(),
  /** What to do; empty when all is well. */
  remedy: z.string(),
});

export const statusSchema = z.object({
  version: z.string(),
  agentPid: z.number(),
  startedAtMs: z.number(),
  strict: z.boolean(),
  /** How processes are found, in words. */
  correlator: z.string(),
  rules: z.number(),
  promptsOpen: z.number(),
  promptsMissed: z.number(),
  flowsHeld: z.number(),
  clients: z.number(),
  /** Values are 64-bit integers as decimal text. */
  counters: z.array(z.object({ name: z.string(), value: z.string() }).readonly()).readonly(),
  failureTable: z
    .array(
      z.object({ name: z.string(), when: z.string(), action: actionSchema, then: z.string() }).readonly(),
    )
    .readonly(),
  rulesetGeneration: z.string(),
  memoryBytes: z.string(),
});

/** Status with what is in force and what was found, as of one moment. */
export const agentReportSchema = z.object({
  status: statusSchema.readonly(),
  mode: modeSchema,
  health: z.array(healthCheckSchema.readonly()).readonly(),
});

export const historyEntrySchema = z.object({
  /** Decimal text; goes up with time. `0` in what is told as it happens: the agent gives ids when it stores. */
  id: z.string(),
  atMs: z.number(),
  action: actionSchema,
  /** `rule ID`, `prompt ID`, `failure NAME`, default, paused, withdrawn, kernel */
  reason: z.string(),
  /** Absent where nothing was recorded. */
  app: z.string().optional(),
  path: z.string().optional(),
  pid: z.number(),
  uid: z.number(),
  commandLine: z.array(z.string()).readonly(),
  /** Part of the command line was left out, because this is one of many. */
  commandLineCut: z.boolean(),
  protocol: protocolSchema,
  direction: directionSchema.optional(),
  localAddress: z.string(),
  localPort: z.number(),
  address: z.string(),
  port: z.number(),
  name: z.string().optional(),
  heldUs: z.number(),
  /** Further flows like this one, which the kernel decided by itself and only counted. */
  alike: z.number(),
  /** Until it ended, or until now; absent for what was refused, and where it was not counted. */
  carried: countedSchema.readonly().optional(),
});

export type UnknownFlows = z.infer<typeof unknownFlowsSchema>;
export type Mode = z.infer<typeof modeSchema>;
export type HealthCheck = Readonly<z.infer<typeof healthCheckSchema>>;
export type Status = Readonly<z.infer<typeof statusSchema>>;
export type AgentReport = Readonly<z.infer<typeof agentReportSchema>>;
export type HistoryEntry = Readonly<z.infer<typeof historyEntrySchema>>;
