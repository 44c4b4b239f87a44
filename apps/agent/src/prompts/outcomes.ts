// What goes into the PromptBroker and what it gives back: plain values that the pipeline acts upon.
import type { Flow, FlowId } from '../domain/flow.ts';
import type { PromptId } from '../domain/prompt.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { RuleDraft } from './rule-draft.ts';

/** What bounds the memory that waiting questions can take. Beyond a limit a flow is refused, never an open question. */
export interface BrokerLimits {
  readonly openPrompts: number;
  readonly flowsPerPrompt: number;
  readonly flowsTotal: number;
  readonly packetsPerFlow: number;
  readonly missedPrompts: number;
  readonly missedFlowsPerPrompt: number;
}

export const DEFAULT_LIMITS: BrokerLimits = {
  openPrompts: 256,
  flowsPerPrompt: 512,
  flowsTotal: 8192,
  packetsPerFlow: 256,
  missedPrompts: 200,
  missedFlowsPerPrompt: 64,
};

export interface BrokerClock {
  /** Milliseconds from any origin; never set, never back. Holds are measured with it. */
  readonly steadyMs: () => number;
  /** Milliseconds since 1970, for what people and rules see. */
  readonly wallMs: () => number;
}

/** Called after the broker's state is whole again. They must not call back into the broker at once. */
export interface BrokerEvents {
  /**
   * A prompt opened or changed. Only its id: whoever sends cards to clients collects ids and reads each card once
   * with `broker.prompt(id)`, so that 500 flows in one burst are not 500 cards of growing size.
   */
  readonly onPromptChanged: (id: PromptId) => void;
  readonly onPromptClosed: (id: PromptId, reason: ClosedReason) => void;
}

export type ClosedReason = 'decided' | 'withdrawn' | 'ruled' | 'expired';

export type LimitName = 'openPrompts' | 'flowsPerPrompt' | 'flowsTotal' | 'packetsPerFlow';

/** With `limit` the packet did not enter the broker: the caller answers it (failure `promptLimit`). */
export type HoldResult =
  | { readonly kind: 'new-prompt'; readonly promptId: PromptId }
  | { readonly kind: 'joined-prompt'; readonly promptId: PromptId }
  | { readonly kind: 'joined-flow'; readonly promptId: PromptId }
  | { readonly kind: 'limit'; readonly which: LimitName };

/** Unless `joined`, the packet did not enter the broker: the caller answers it. */
export type JoinResult = 'joined' | 'full' | 'unknown-flow';

/** A flow that left the broker with all its packets, and what is to be applied to them. */
export interface ReleasedFlow<Packet> {
  readonly flow: Flow;
  readonly packets: readonly Packet[];
  readonly promptId: PromptId;
  readonly verdict: Verdict;
  /** How long its first packet was held. */
  readonly heldMs: number;
}

export type DecideOutcome<Packet> =
  | {
      readonly kind: 'decided';
      readonly promptId: PromptId;
      /** Empty for a missed prompt: its flows were refused when their hold ended. */
      readonly released: readonly ReleasedFlow<Packet>[];
      /** Empty for the lifetime `once`. */
      readonly rules: readonly RuleDraft[];
      /** Flows that the decision named and that had already left: nothing was done for them. */
      readonly goneFlowIds: readonly FlowId[];
    }
  | DecisionRefusal;

export interface DecisionRefusal {
  readonly kind: 'refused';
  readonly reason:
    | 'unknown-prompt'
    /** The card changed since the person saw it. */
    | 'changed'
    | 'no-such-flow'
    /** An answer for a whole container, and the flows come from none with a name. */
    | 'not-in-container'
    /** The App's identity is not proven well enough for this lifetime. */
    | 'lifetime-not-allowed'
    | 'invalid-lifetime';
  /** A sentence for a person: what was refused, why, what to do. */
  readonly text: string;
}

export type Evaluate = (flow: Flow) => Verdict | undefined;

export interface BrokerCounts {
  readonly openPrompts: number;
  readonly missedPrompts: number;
  readonly heldFlows: number;
  /** Missed prompts that gave way to newer ones since the start. */
  readonly forgottenMissedPrompts: number;
}
