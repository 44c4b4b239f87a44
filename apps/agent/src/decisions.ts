// From a person's Decision to its effects: rules are stored, waiting packets answered, the other waiting flows judged
// again, and all of it can be taken back for some seconds.
import type { DecisionResult, Outcome, StoredRule, UndoResult } from './api/ports.ts';
import type { Flow } from './domain/flow.ts';
import type { Decision } from './domain/prompt.ts';
import type { Rule, RuleId } from './domain/rule.ts';
import type { Verdict } from './domain/verdict.ts';
import type { HeldPacket } from './pipeline-ports.ts';
import type { DecideOutcome, DecisionRefusal, ReleasedFlow } from './prompts/outcomes.ts';
import { rulesOf } from './prompts/rule-name.ts';
import type { AdmittedFlow, UndoLedger } from './prompts/undo-ledger.ts';
import type { Clock } from './platform/clock.ts';

export interface DecisionPorts {
  readonly clock: Clock;
  readonly broker: { readonly decide: (decision: Decision) => DecideOutcome<HeldPacket> };
  readonly ledger: UndoLedger;
  readonly rules: {
    readonly has: (id: RuleId) => boolean;
    readonly put: (rule: Rule) => Outcome<StoredRule>;
    readonly delete: (id: RuleId) => Outcome<undefined>;
  };
  /** Answers the packets of flows that left the broker. */
  readonly release: (released: readonly ReleasedFlow<HeldPacket>[]) => void;
  readonly remember: (flow: Flow, verdict: Verdict) => void;
  readonly forget: (flow: AdmittedFlow) => void;
  /** Ends the socket of a flow; true if there was one. */
  readonly endFlow: (flow: AdmittedFlow) => boolean;
}

/** The steady clock of the ledger. */
function steadyMs(clock: Clock): number {
  return clock.monotonicUs() / 1000;
}

export class Decisions {
  readonly #ports: DecisionPorts;

  constructor(ports: DecisionPorts) {
    this.#ports = ports;
  }

  /**
   * The waiting flows get their answer before anything else can fail: a rule that cannot be stored is reported, and the
   * flows that waited are answered all the same.
   */
  decide(decision: Decision): Outcome<DecisionResult> {
    const outcome = this.#ports.broker.decide(decision);
    if (outcome.kind === 'refused') return refusalOf(outcome);
    if (decision.lifetime.kind === 'once') this.#remember(outcome.released);
    this.#ports.release(outcome.released);
    const stored = this.#store(outcome.rules);
    if (stored.kind !== 'done') return stored;
    return { kind: 'done', value: this.#result(outcome.released, stored.value) };
  }

  /** Removes the decision's rules and ends the flows that it let through. */
  undo(token: string): Outcome<UndoResult> {
    const work = this.#ports.ledger.take(token, steadyMs(this.#ports.clock));
    if (work === undefined) {
      return {
        kind: 'changed',
        text: 'This answer can no longer be taken back: its time is over, or it was already.',
      };
    }
    const removed = work.ruleIds.map((id) => this.#ports.rules.delete(id));
    const failed = removed.find((outcome) => outcome.kind === 'storage-failed');
    if (failed !== undefined) return failed;
    for (const flow of work.admitted) this.#ports.forget(flow);
    const ended = work.admitted.filter((flow) => this.#ports.endFlow(flow));
    const rulesRemoved = removed.filter((outcome) => outcome.kind === 'done').length;
    return { kind: 'done', value: { rulesRemoved, flowsEnded: ended.length } };
  }

  #remember(released: readonly ReleasedFlow<HeldPacket>[]): void {
    for (const { flow, verdict } of released) this.#ports.remember(flow, verdict);
  }

  #store(drafts: Parameters<typeof rulesOf>[0]): Outcome<readonly StoredRule[]> {
    const { rules, clock } = this.#ports;
    const stored: StoredRule[] = [];
    for (const rule of rulesOf(drafts, { isTaken: rules.has, wallMs: clock.nowMs() })) {
      const outcome = rules.put(rule);
      if (outcome.kind !== 'done') return outcome;
      stored.push(outcome.value);
    }
    return { kind: 'done', value: stored };
  }

  #result(released: readonly ReleasedFlow<HeldPacket>[], rules: readonly StoredRule[]): DecisionResult {
    const { ledger, clock } = this.#ports;
    const admitted = released.filter(({ verdict }) => verdict.action === 'allow').map(({ flow }) => flow);
    const nowMs = steadyMs(clock);
    const offer = ledger.record({ ruleIds: rules.map(({ rule }) => rule.id), admitted }, nowMs);
    return {
      rules,
      flowsAnswered: released.length,
      undoToken: offer.token,
      undoUntilMs: clock.nowMs() + (offer.untilMs - nowMs),
    };
  }
}

function refusalOf(refusal: DecisionRefusal): Outcome<never> {
  if (refusal.reason === 'unknown-prompt') return { kind: 'not-found', what: 'this question' };
  if (refusal.reason === 'changed' || refusal.reason === 'no-such-flow')
    return { kind: 'changed', text: refusal.text };
  return { kind: 'refused', text: refusal.text };
}
