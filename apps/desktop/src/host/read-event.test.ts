// What an agent of another version leaves out or adds: the careful value, and never something that the contract does not allow.
import { HEALTH_STATE_NAMES } from '@sallyport/proto';
import type * as Wire from '@sallyport/proto';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reduce, INITIAL_STATE } from '../shared/reduce.ts';
import { changeSchema, desktopStateSchema } from '../shared/state.ts';
import { readEvent, readMode, readReport } from './read-event.ts';
import { readHistory, readPrompt, readRule } from './read-wire.ts';

const PROMPT: Wire.Prompt = {
  id: 'p-1',
  question: 'Allow something?',
  flows: [
    {
      id: 'f-1',
      protocol: 'sctp',
      direction: 'DIRECTION_UNSPECIFIED',
      localAddress: '',
      localPort: 0,
      startedAtMs: 0,
    },
  ],
  missed: false,
  openedAtMs: 0,
  deadlineMs: 0,
  revision: 1,
  networks: ['1.2.3.0/24'],
  container: '',
};

const RECORD: Wire.HistoryRecord = {
  id: '1',
  atMs: 1,
  action: 'ACTION_UNSPECIFIED',
  reason: 'something new',
  app: '',
  path: '',
  pid: 0,
  uid: 0,
  commandLine: ['a', 'bc', 'def'],
  protocol: '',
  direction: 'DIRECTION_UNSPECIFIED',
  localAddress: '',
  localPort: 0,
  address: '',
  port: 0,
  name: '',
  heldUs: 0,
  alike: '0',
};

// As the decoder gives a value of an enum that this version does not know.
const UNKNOWN = 99 as unknown;

describe('an agent of another version', () => {
  test('that names no App and no process is asked about as unidentified', () => {
    const prompt = readPrompt(PROMPT);
    assert.deepEqual([prompt.app.identity, prompt.app.mayCarryLastingRule], ['unknown', false]);
    assert.deepEqual(prompt.processes, []);
    assert.deepEqual(prompt.flows[0]?.endpoint, {
      ...{ address: '', port: 0, network: '1.2.3.0/24', name: undefined },
    });
    changeSchema.parse({ kind: 'prompt', prompt });
  });

  test('with an identity of Apps that is not known is not trusted to be a path', () => {
    const app = { id: 'flatpak:x', name: 'x', path: '/x', identity: 'flatpak', mayCarryLastingRule: false };
    assert.equal(readPrompt({ ...PROMPT, app }).app.identity, 'unknown');
  });

  test('with an action that is not known is shown as refused', () => {
    for (const action of ['ACTION_UNSPECIFIED', UNKNOWN] as const)
      assert.equal(readHistory({ ...RECORD, action: action as Wire.Action }).action, 'deny');
  });

  test('that tells no mode is shown as paused, and asks where its mode is not known', () => {
    assert.equal(readMode(undefined).kind, 'paused');
    const mode = { filtering: true, pausedUntilMs: 0, unknownFlows: UNKNOWN as Wire.UnknownFlows };
    assert.deepEqual(readMode(mode), { kind: 'filtering', unknownFlows: 'ask' });
  });

  test('has health that is never better than told', () => {
    const states = [...HEALTH_STATE_NAMES, UNKNOWN as Wire.HealthState].map((state) => {
      const health = [{ name: 'bpf', state, text: '', remedy: '' }];
      return readEvent({ event: 'health', health: { checks: health } });
    });
    const told = states.map((change) => (change?.kind === 'health' ? change.checks[0]?.state : undefined));
    assert.deepEqual(told, ['degraded', 'ok', 'degraded', 'broken', 'degraded']);
  });

  test('with events that are not known is followed all the same', () => {
    assert.equal(readEvent({}), undefined);
  });

  test('with an empty snapshot leaves a state that fits the contract', () => {
    const change = readEvent({ event: 'snapshot', snapshot: { prompts: [PROMPT], rules: [], problems: [] } });
    assert.ok(change);
    const state = reduce(INITIAL_STATE, changeSchema.parse(change));
    desktopStateSchema.parse(state);
    assert.equal(state.you.mayDecide, false);
    assert.equal(readReport(undefined).mode.kind, 'paused');
  });

  test('with a rule without matcher and lifetime is shown as far as it is known', () => {
    const rule = readRule({
      ...{ id: 'r', enabled: true, action: 'ACTION_ALLOW', priority: 0, origin: '', createdAtMs: 0 },
      ...{ note: '', sentence: 'A sentence.', file: '' },
    });
    assert.deepEqual([rule.lifetime, rule.file, rule.matcher.ports], [{ kind: 'restart' }, undefined, []]);
    changeSchema.parse({ kind: 'rule', rule });
  });
});

test('a command line is cut where it is too long, within a word too, and says so', () => {
  const cut = (most: number): readonly [string, boolean] => {
    const { commandLine, commandLineCut } = readHistory(RECORD, most);
    return [commandLine.join(' '), commandLineCut];
  };
  assert.deepEqual([8, 7, 4, 3, 1].map(cut), [
    ['a bc def', false],
    ['a bc de', true],
    ['a bc', true],
    ['a b', true],
    ['a', true],
  ]);
});
