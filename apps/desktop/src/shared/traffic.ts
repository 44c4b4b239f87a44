// What flows carry, as a page asks for it again and again: each answer tells of the flows that changed since the last one.
import { z } from 'zod';
import { directionSchema, protocolSchema } from './model.ts';

/** Bytes of IP packets, headers included. Out is what this machine sends. */
export const carriedSchema = z.object({ bytesOut: z.number(), bytesIn: z.number() });

/** The same with how many packets those were. */
export const countedSchema = carriedSchema.extend({ packetsOut: z.number(), packetsIn: z.number() });

export const flowTrafficSchema = z.object({
  /** The same in every answer about this flow, and never that of another one. */
  id: z.string(),
  /** As in a record of history, down to `name`. */
  app: z.string().optional(),
  path: z.string().optional(),
  pid: z.number(),
  uid: z.number(),
  protocol: protocolSchema,
  direction: directionSchema.optional(),
  localAddress: z.string(),
  localPort: z.number(),
  address: z.string(),
  port: z.number(),
  name: z.string().optional(),
  startedAtMs: z.number(),
  /** Since the flow began; absent where it is not counted. */
  carried: carriedSchema.readonly().optional(),
  /** No later answer tells of it. */
  isEnded: z.boolean(),
});

/** How far a page has read. */
export const trafficPlaceSchema = z.strictObject({
  /** Of the last answer; 0 for none. */
  epoch: z.int().min(0),
  revision: z.int().min(0),
});

export const trafficSchema = z.object({
  /** Another one than was asked for: what was told before is void, and this begins anew. */
  epoch: z.number(),
  revision: z.number(),
  /** When the agent looked last. */
  atMs: z.number(),
  /** Whether any flow was counted so far: an agent that cannot count does not say so. */
  isCounted: z.boolean(),
  /** Nothing more to read for now. */
  isComplete: z.boolean(),
  /** In the order in which they changed. */
  flows: z.array(flowTrafficSchema.readonly()).readonly(),
});

export type Counted = Readonly<z.infer<typeof countedSchema>>;
export type Carried = Readonly<z.infer<typeof carriedSchema>>;
export type FlowTraffic = Readonly<z.infer<typeof flowTrafficSchema>>;
export type TrafficPlace = Readonly<z.infer<typeof trafficPlaceSchema>>;
export type Traffic = Readonly<z.infer<typeof trafficSchema>>;
