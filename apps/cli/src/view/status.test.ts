import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NOW_MS, sampleStatus } from '../samples.ts';
import { PLAIN_STYLE } from './style.ts';
import { statusLines } from './status.ts';

process.env['TZ'] = 'UTC';
const view = { style: PLAIN_STYLE, columns: 80, nowMs: NOW_MS };

describe('status', () => {
  test('says what to do next when something is wrong', () => {
    const status = sampleStatus({
      mode: { filtering: false, pausedUntilMs: NOW_MS + 900_000, unknownFlows: 'UNKNOWN_FLOWS_ASK' },
      strict: true,
      promptsOpen: 2,
      promptsMissed: 1,
      flowsHeld: 3,
      counters: Object.entries({
        ...{ verdictsLearned: 12, verdictMasks: 2, knownAllowed: 30, knownDenied: 1, notKnown: 4 },
        ...{ packetsReceived: 40, packetsUnanswered: 1, packetsDroppedByFullQueue: 2 },
      }).map(([name, value]) => ({ name, value: String(value) })),
      health: [
        {
          name: 'netfilter',
          state: 'HEALTH_STATE_BROKEN',
          text: 'The queue rule is gone.',
          remedy: 'Restart the agent.',
        },
        { name: 'bpf', state: 'HEALTH_STATE_OK', text: 'All programs are attached.', remedy: '' },
      ],
    });
    assert.equal(
      statusLines(status, view).join('\n'),
      `Sallyport 0.1.0: paused, everything passes
  mode      paused until 18:15; everything passes and is recorded
  failures  strict: whatever cannot be decided is refused
  sees by   cgroup hooks and xt_bpf
  rules     12 rules
  prompts   2 open (3 flows held), 1 missed
  clients   2 front ends connected
  kernel    12 verdicts by 2 sets of fields; decided 31, not known 4
  queue     1 packet waiting of 40, 2 dropped
  agent     PID 321, up 3 hours since 15:00:00, 48 MB
  health    1 of 2 checks needs attention

Next
  - netfilter: The queue rule is gone. Restart the agent.
  - sallyport mode filter ends the pause.
  - sallyport prompts answers 2 open questions.
  - sallyport prompts shows 1 missed question; answers count next time.`,
    );
  });
  test('ends with the facts when all is well', () => {
    const lines = statusLines(sampleStatus(), view);
    assert.equal(lines[0], 'Sallyport 0.1.0: filtering');
    assert.equal(lines.at(-1), '  health    1 check, all well');
  });
  test('fits on one screen however much is wrong', () => {
    const check = {
      name: 'x',
      state: 'HEALTH_STATE_DEGRADED',
      text: 'wrong '.repeat(90),
      remedy: 'right',
    } as const;
    assert.ok(statusLines(sampleStatus({ health: Array(40).fill(check) }), view).length <= 24);
  });
});
