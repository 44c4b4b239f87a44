// What the desktop speaks of: prompts, rules, history and the agent's state, as schemas with their types. The wire's types end in
// host/; pages import only types from here, so that zod stays out of their bundles.
import { z } from 'zod';

export const actionSchema = z.enum(['allow', 'deny']);
export const directionSchema = z.enum(['out', 'in']);
export const protocolSchema = z.string();

/** What a runtime says of a container. */
export const containerSchema = z.object({
  /** `docker`, `podman`, ...: a word of the agent. */
  runtime: z.string(),
  /** Its name, or what its id begins with where no name is known. */
  name: z.string(),
  image: z.string().optional(),
  /** The user whose own runtime made it; absent: the system's. */
  uid: z.number().optional(),
});

export const appSchema = z.object({
  /** Stable identity as written in rules: a path, or `container:RUNTIME/NAME:PATH`, `deleted:`, `memfd:`, `mnt-N:`, `inode:`, `unknown`. */
  id: z.string(),
  name: z.string(),
  /** Absent where there is none. */
  path: z.string().optional(),
  identity: z.enum(['path', 'container', 'deleted', 'memfd', 'foreign', 'inode', 'unknown']),
  mayCarryLastingRule: z.boolean(),
  container: containerSchema.optional(),
});

export const ancestorSchema = z.object({
  pid: z.number(),
  /** Absent where it is not known. */
  path: z.string().optional(),
  /** Claimed by the process itself. */
  commandLine: z.array(z.string()).readonly(),
});

export const processSchema = z.object({
  /** Names one process instance; flows refer to it. */
  key: z.string(),
  pid: z.number(),
  uid: z.number(),
  userName: z.string().optional(),
  /** Claimed by the process itself. */
  commandLine: z.array(z.string()).readonly(),
  /** The parent first. */
  ancestors: z.array(ancestorSchema.readonly()).readonly(),
});

export const endpointSchema = z.object({
  address: z.string(),
  /** 0 where the protocol has no ports. */
  port: z.number(),
  /** The network around the address, where a question proposes one: how far an answer may reach beyond the address. */
  network: z.string().optional(),
  /** A name with how it was learnt; absent where no lookup is known. */
  name: z.object({ text: z.string(), evidence: z.string() }).readonly().optional(),
});

export const flowSchema = z.object({
  id: z.string(),
  protocol: protocolSchema,
  direction: directionSchema,
  localAddress: z.string(),
  localPort: z.number(),
  endpoint: endpointSchema.readonly(),
  /** Key of one of the prompt's processes. */
  processKey: z.string(),
  startedAtMs: z.number(),
});

export const promptSchema = z.object({
  id: z.string(),
  /** The agent's sentence, e.g. `Allow curl to connect to 1.2.3.4:443?` */
  question: z.string(),
  app: appSchema.readonly(),
  /** Each process once, however many flows it has: a command line can have 128 kB. */
  processes: z.array(processSchema.readonly()).readonly(),
  /** In order of arrival; the first one makes the question. */
  flows: z.array(flowSchema.readonly()).readonly(),
  /** Nobody answered in time: its flows were refused, an answer applies to the next try. */
  missed: z.boolean(),
  openedAtMs: z.number(),
  deadlineMs: z.number(),
  revision: z.number(),
  /** The container with a name that all its flows come from, as written in rules: `container:RUNTIME/NAME`. */
  container: z.string().optional(),
});

export const ruleLifetimeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('always') }).readonly(),
  z.object({ kind: z.literal('until'), untilMs: z.number() }).readonly(),
  z
    .object({
      kind: z.literal('process'),
      pid: z.number(),
      startNs: z.string(),
      /** Holds for what the process starts as well. */
      withChildren: z.boolean(),
    })
    .readonly(),
  z.object({ kind: z.literal('restart') }).readonly(),
]);

/** An absent condition is not looked at; within a list one entry is enough, and an empty list is no condition. */
export const ruleMatcherSchema = z.object({
  app: z.string().optional(),
  uid: z.number().optional(),
  direction: directionSchema.optional(),
  protocols: z.array(protocolSchema).readonly(),
  /** Addresses, CIDRs, or names of networks such as `loopback`. */
  addresses: z.array(z.string()).readonly(),
  ports: z.array(z.object({ from: z.number(), to: z.number() }).readonly()).readonly(),
});

export const ruleOriginSchema = z.enum(['prompt', 'user', 'import', 'default']);

export const ruleSchema = z.object({
  id: z.string(),
  enabled: z.boolean(),
  action: actionSchema,
  priority: z.number(),
  matcher: ruleMatcherSchema.readonly(),
  lifetime: ruleLifetimeSchema,
  origin: ruleOriginSchema,
  createdAtMs: z.number(),
  note: z.string(),
  /** The rule in one sentence. */
  sentence: z.string(),
  /** File that holds the rule; absent for rules that live in memory. */
  file: z.string().optional(),
});

export const ruleProblemSchema = z.object({
  file: z.string(),
  /** Absent where the file as a whole is meant. */
  line: z.number().optional(),
  reason: z.string(),
  lastGoodVersionInForce: z.boolean(),
});

/** How many flows a rule decided about, and when last. */
export const ruleUseSchema = z.object({ ruleId: z.string(), flows: z.number(), lastAtMs: z.number() });

export type RuleUse = Readonly<z.infer<typeof ruleUseSchema>>;
export type Action = z.infer<typeof actionSchema>;
export type Direction = z.infer<typeof directionSchema>;
export type App = Readonly<z.infer<typeof appSchema>>;
export type Ancestor = Readonly<z.infer<typeof ancestorSchema>>;
export type Process = Readonly<z.infer<typeof processSchema>>;
export type Endpoint = Readonly<z.infer<typeof endpointSchema>>;
export type Flow = Readonly<z.infer<typeof flowSchema>>;
export type Prompt = Readonly<z.infer<typeof promptSchema>>;
export type RuleLifetime = z.infer<typeof ruleLifetimeSchema>;
export type RuleMatcher = Readonly<z.infer<typeof ruleMatcherSchema>>;
export type Rule = Readonly<z.infer<typeof ruleSchema>>;
export type RuleProblem = Readonly<z.infer<typeof ruleProblemSchema>>;
