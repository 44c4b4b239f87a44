// The failure table: what happens when something is missing or breaks. docs/security.md shows the same table, and a test compares them.
import type { Action } from './rule.ts';

export interface FailureLine {
  readonly when: string;
  /** As shipped: nobody is locked out of a machine. */
  readonly standard: Action;
  /** With `strict: true`. */
  readonly strict: Action;
  readonly then: string;
}

export const FAILURE_TABLE = {
  noClient: {
    when: 'A question waits and no client that may answer is connected until its time is over',
    standard: 'allow',
    strict: 'deny',
    then: 'recorded in history as noClient; the question is listed as missed',
  },
  promptTimeout: {
    when: 'A client is connected and nobody answers in time',
    standard: 'deny',
    strict: 'deny',
    then: 'refused at once, no rule is written, the question is listed as missed',
  },
  promptLimit: {
    when: 'More questions or waiting flows than the limits allow',
    standard: 'deny',
    strict: 'deny',
    then: 'refused at once and recorded; open questions are not touched',
  },
  ownerUnknown: {
    when: 'A flow whose process the kernel did not record, and nobody can be asked',
    standard: 'allow',
    strict: 'deny',
    then: 'recorded without a guess; with a client connected it is asked about as an unidentified program',
  },
  packetSocketUnknown: {
    when: 'A program opens a packet socket, which sends past netfilter, and no rule knows whether it may',
    standard: 'allow',
    strict: 'deny',
    then: 'recorded; with a client connected it is asked about, and the answer holds from the next try on',
  },
  packetSocketOpen: {
    when: 'A packet socket is open that should not be: the kernel runs no BPF security module, or did not know its program yet',
    standard: 'allow',
    strict: 'allow',
    then: 'recorded; nothing can close it but the end of its program, and doctor says whether they can be refused here',
  },
  malformedPacket: {
    when: 'A packet whose headers cannot be read',
    standard: 'deny',
    strict: 'deny',
    then: 'dropped and recorded',
  },
  kernelPacket: {
    when: "A packet with no process behind it (neighbour discovery, the kernel's resets and ICMP errors, what carries a tunnel's packets)",
    standard: 'allow',
    strict: 'allow',
    then: 'let through and counted; never attributed',
  },
  internalError: {
    when: 'A fault inside the agent while a packet is decided',
    standard: 'deny',
    strict: 'deny',
    then: 'that packet is dropped, the fault is logged, the agent goes on',
  },
  queueFull: {
    when: 'The kernel queue is full',
    standard: 'allow',
    strict: 'deny',
    then: "counted from the kernel's own counters; standard mode sets the queue's fail-open flag",
  },
  agentStopped: {
    when: 'The agent is stopped in order, which somebody asked for',
    standard: 'allow',
    strict: 'deny',
    then: 'this is what waits gets, recorded; then every rule is removed and nothing is filtered, in both modes',
  },
  agentCrashed: {
    when: 'The agent is killed, crashes, or ends by a fault',
    standard: 'allow',
    strict: 'deny',
    then: 'standard: nothing is filtered; strict: the queue rule stays, without bypass, and new flows are dropped until the next start or `--cleanup`',
  },
  rulesInvalid: {
    when: 'A rule file cannot be used',
    standard: 'deny',
    strict: 'deny',
    then: 'the file is refused with file, line and reason; its last good version stays in force; with none, what it would have decided is asked',
  },
  historyBroken: {
    when: 'The history database is broken or the disk is full',
    standard: 'allow',
    strict: 'allow',
    then: 'decisions go on; records wait in memory up to a limit, beyond it one stands for those alike; what is lost is counted, and status says so',
  },
  kernelRefuses: {
    when: 'The kernel refuses the BPF programs or the netfilter rules',
    standard: 'allow',
    strict: 'allow',
    then: 'the next rung of the ladder of correlators that works is taken, and status says so; with none the agent does not start and says what is missing; nothing half-installed stays behind, and nothing is filtered: what could not be installed cannot close',
  },
  rulesRemoved: {
    when: 'Somebody else removes or displaces the netfilter rules',
    standard: 'allow',
    strict: 'allow',
    then: 'they are put back within a second and the event is recorded',
  },
} as const satisfies Record<string, FailureLine>;

export type FailureCase = keyof typeof FAILURE_TABLE;

/** What a failure does under the given strictness. */
export function failureAction(failure: FailureCase, strict: boolean): Action {
  return strict ? FAILURE_TABLE[failure].strict : FAILURE_TABLE[failure].standard;
}
