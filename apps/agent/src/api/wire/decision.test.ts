import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeDecisionResult } from './decision.ts';

const DONE = { rules: [], flowsAnswered: 2, undoToken: 't', undoUntilMs: 5, notStored: undefined };

test('what could not be stored is on the wire beside what was done, and absent where all was', () => {
  const notStored = { text: 'The rule a was not stored.', diskFull: true };
  assert.deepEqual(writeDecisionResult({ ...DONE, notStored }), { ...DONE, notStored });
  assert.equal(writeDecisionResult(DONE).notStored, undefined);
});
