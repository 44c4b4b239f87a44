// What each part of the bench hands to main.ts: one JSON document, or lines for a person.
import type { Floor } from './floors.ts';

export interface Report {
  /** Everything that `--json` prints; the floors are added. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The same for a person. */
  readonly lines: readonly string[];
  readonly floors: readonly Floor[];
}
