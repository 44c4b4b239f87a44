// How a Decision applies to a card: what it is refused for, which flows it is about, what else it answers.
import type { Flow, FlowId } from '../domain/flow.ts';
import { wholeContainerOf, type Decision } from '../domain/prompt.ts';
import type { Card } from './card.ts';
import type { DecisionRefusal } from './outcomes.ts';
import { scopeKey } from './rule-draft.ts';

export function refuseRevision(decision: Decision, revision: number): DecisionRefusal | undefined {
  if (decision.revision === undefined || decision.revision === revision) return undefined;
  return refusal(
    'changed',
    'The question changed while it was being answered. Read it again and answer anew.',
  );
}

/** Of packet sockets nothing waits that an answer could hold for once: what was opened is open, what was refused is refused. */
export function refuseOnce<Packet>(
  { kind }: Decision['lifetime'],
  { isAboutPacketSockets }: Card<Packet>,
): DecisionRefusal | undefined {
  if (kind !== 'once' || !isAboutPacketSockets) return undefined;
  return refusal(
    'lifetime-not-allowed',
    'The answer has no effect: it holds from the next try on, so choose for how long.',
  );
}

export function refusal(reason: DecisionRefusal['reason'], text: string): DecisionRefusal {
  return { kind: 'refused', reason, text };
}

export interface ChosenFlows {
  readonly flows: readonly Flow[];
  readonly goneFlowIds: readonly FlowId[];
}

/** The flows that an answer is about: those named, or all that the card shows. */
export function chosenFlows<Packet>(card: Card<Packet>, ids: readonly FlowId[] | undefined): ChosenFlows {
  const shown = card.prompt()?.flows ?? [];
  if (ids === undefined) return { flows: shown, goneFlowIds: [] };
  const named = new Set(ids);
  const flows = shown.filter((flow) => named.delete(flow.id));
  return { flows, goneFlowIds: [...named] };
}

/** Missed flows that the same answer covers are no longer a question. */
export function forgetAnswered<Packet>(card: Card<Packet>, flows: readonly Flow[], decision: Decision): void {
  const scope = decision.lifetime.kind === 'once' ? 'endpoint' : decision.scope;
  const keyOf = (flow: Flow): string =>
    `${scopeKey(flow, scope)} ${decision.forContainer ? wholeContainerOf(flow.process) : ''}`;
  const answered = new Set(flows.map(keyOf));
  card.forgetMissed((flow) => answered.has(keyOf(flow)));
}

/** A whole container has a name that lasts, and no end of its own that an answer could wait for. */
export function refuseContainer(
  { forContainer, lifetime }: Decision,
  flows: readonly Flow[],
): DecisionRefusal | undefined {
  if (!forContainer) return undefined;
  if (flows.some(({ process }) => wholeContainerOf(process) === undefined))
    return refusal(
      'not-in-container',
      'These connections come from no container whose name is known. Answer for the program.',
    );
  if (lifetime.kind !== 'once' && lifetime.kind !== 'process') return undefined;
  return refusal(
    'lifetime-not-allowed',
    'An answer for every program of a container needs a time: for so long, until restart or always.',
  );
}
