// What asks people and takes answers back, built from the settings: the broker and the ledger of answers.
import { randomBytes, randomUUID } from 'node:crypto';
import { Decisions } from './decisions.ts';
import type { DecisionPorts } from './decisions.ts';
import type { PromptId } from './domain/prompt.ts';
import type { EventHub } from './event-hub.ts';
import type { FlowMemory } from './flow-memory.ts';
import type { HeldPacket } from './pipeline-ports.ts';
import type { Inbound } from './inbound.ts';
import type { Clock } from './platform/clock.ts';
import { NetworkPlaces } from './platform/network-places.ts';
import { destroyFlowSocket } from './platform/sockets.ts';
import { PromptBroker } from './prompts/broker.ts';
import { DEFAULT_LIMITS } from './prompts/outcomes.ts';
import { DEFAULT_ADMITTED_LIMIT, DEFAULT_UNDO_WINDOW_MS, UndoLedger } from './prompts/undo-ledger.ts';
import type { AnsweredFlow } from './prompts/undo-ledger.ts';
import type { RulesBook } from './rules-book.ts';
import type { Settings } from './settings.ts';

export interface PromptingOptions {
  readonly settings: Pick<Settings, 'promptTimeoutMs' | 'noClientTimeoutMs'>;
  readonly clock: Clock;
}

export function buildBroker(
  { settings, clock }: PromptingOptions,
  hub: Pick<EventHub, 'promptChanged' | 'promptClosed'>,
): PromptBroker<HeldPacket> {
  return new PromptBroker({
    limits: DEFAULT_LIMITS,
    timeoutMs: settings.promptTimeoutMs,
    noClientTimeoutMs: Math.min(settings.noClientTimeoutMs, settings.promptTimeoutMs),
    clock: { steadyMs: () => clock.monotonicUs() / 1000, wallMs: clock.nowMs },
    newPromptId: () => randomUUID() as PromptId,
    events: {
      onPromptChanged: (id) => hub.promptChanged(id),
      onPromptClosed: (id, reason) => hub.promptClosed(id, reason),
    },
  });
}

export function buildLedger(): UndoLedger {
  return new UndoLedger({
    windowMs: DEFAULT_UNDO_WINDOW_MS,
    newToken: () => randomBytes(16).toString('hex'),
    admittedLimit: DEFAULT_ADMITTED_LIMIT,
  });
}

export interface DecidingParts extends Pick<DecisionPorts, 'clock' | 'broker' | 'ledger' | 'release'> {
  readonly book: RulesBook;
  readonly memory: FlowMemory;
  readonly inbound: Pick<Inbound, 'forget'> | undefined;
  /** The agent's own. */
  readonly networkNamespace: bigint;
}

export function buildDecisions({
  book,
  memory,
  inbound,
  networkNamespace,
  ...parts
}: DecidingParts): Decisions {
  const places = new NetworkPlaces(networkNamespace);
  return new Decisions({
    ...parts,
    rules: {
      has: (id) => book.has(id),
      put: (rule) => book.putRule(rule),
      delete: (id) => book.delete(id),
    },
    remember: (flow, verdict) => memory.remember(flow, verdict),
    forget: (flow) => {
      memory.forget(flow);
      inbound?.forget(flow.key);
    },
    endFlow: (flow) => endFlow(flow, { inbound, places }),
  });
}

/** What came in has a socket of its own once it is accepted; datagrams share the listener's, which stays. */
function endFlow(
  { key, direction, socketCookie }: AnsweredFlow,
  { inbound, places }: Pick<DecidingParts, 'inbound'> & { readonly places: NetworkPlaces },
): boolean {
  if (direction === 'out')
    return places.run(key.networkNamespace, () => destroyFlowSocket(key, socketCookie)) === 'destroyed';
  if (key.protocol === 'tcp') return destroyFlowSocket(key, 0n) === 'destroyed';
  inbound?.forget(key);
  return inbound !== undefined;
}
