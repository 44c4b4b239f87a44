// What the evidence of an Owner's record says of it.
import { OwnerEvidence } from './gen/structs.ts';

/** Several processes had the socket open when the agent began: whose what it sends is, is not known. */
export function isShared(evidence: number): boolean {
  return evidence >= OwnerEvidence.OWNER_FOUND_SHARED && evidence <= OwnerEvidence.OWNER_FOUND_ALIKE;
}

/** It only ran while a packet went out whose socket has no record. */
export function isSeenRunning(evidence: number | undefined): boolean {
  return evidence === OwnerEvidence.OWNER_SEEN_RUNNING;
}

/** Nobody was seen with the socket: it was open when the agent began, or its process was looked for. */
export function isFound(evidence: number): boolean {
  return evidence === OwnerEvidence.OWNER_FOUND_OPEN || isShared(evidence);
}
