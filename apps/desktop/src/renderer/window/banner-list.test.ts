// What the banners of the main window say, and when.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_PREFERENCES } from '../../shared/preference-defaults.ts';
import { INITIAL_STATE, reduceAll } from '../../shared/reduce.ts';
import type { HealthCheck } from '../../shared/report.ts';
import type { DesktopState } from '../../shared/state.ts';
import { agentOf } from '../../test-support/samples.ts';
import { bannerList } from './banner-list.ts';

const REASON = { kind: 'unavailable', text: 'No agent answers.', remedy: 'Start it.' } as const;

function connected(changes: Parameters<typeof agentOf>[0] = {}): DesktopState {
  return reduceAll(INITIAL_STATE, [{ kind: 'agent', agent: agentOf(changes) }]);
}

function check(name: string, state: HealthCheck['state']): HealthCheck {
  return { name, state, text: `${name} is ${state}.`, remedy: state === 'ok' ? '' : `Mend ${name}.` };
}

describe('the banners', () => {
  test('are none while all is well, and none before anything is known', () => {
    assert.deepEqual(bannerList(connected({ health: [check('bpf', 'ok')] })), []);
    assert.deepEqual(bannerList(INITIAL_STATE), []);
  });

  test('tell a lost connection and nothing else, for the rest is of before', () => {
    const state = reduceAll(connected({ health: [check('bpf', 'broken')] }), [
      { kind: 'connection', connection: { kind: 'disconnected', reason: REASON, retryAtMs: 1 } },
    ]);
    const [banner, ...others] = bannerList(state);
    assert.equal(banner?.title, 'connection.disconnected');
    assert.deepEqual(banner.told, ['No agent answers.', 'Start it.']);
    assert.deepEqual(others, []);
  });

  test('tell of preferences that cannot be used, with the file', () => {
    const problem = { kind: 'fields', file: '/home/alice/desktop.json', what: 'theme' } as const;
    const preferences = { chosen: DEFAULT_PREFERENCES, problem };
    const [banner, ...others] = bannerList({ ...connected(), preferences });
    assert.equal(banner?.title, 'banner.preferences.fields');
    assert.deepEqual(banner.told, ['/home/alice/desktop.json: theme']);
    assert.deepEqual(others, []);
  });

  test('leave a refusal to the page, which has nothing else to show', () => {
    const state = reduceAll(connected(), [
      { kind: 'connection', connection: { kind: 'refused', reason: REASON } },
    ]);
    assert.deepEqual(bannerList(state), []);
  });

  test('tell the gravest check of health and how many there are', () => {
    const health = [check('bpf', 'ok'), check('history', 'degraded'), check('netfilter', 'broken')];
    const [banner] = bannerList(connected({ health }));
    assert.equal(banner?.title, 'banner.broken');
    assert.deepEqual(banner.values, { count: 2 });
    assert.deepEqual(banner.told, ['netfilter is broken.', 'Mend netfilter.']);
  });

  test('name the place in a rule file, and whoever may only look', () => {
    const problem = { file: '/etc/sallyport/rules/a.yaml', line: 3, reason: 'no such field' };
    const state = connected({
      you: { uid: 1000, mayDecide: false },
      problems: [{ ...problem, lastGoodVersionInForce: true }],
    });
    const [files, looking] = bannerList(state);
    assert.equal(files?.text, 'banner.last-good');
    assert.deepEqual(files.told, ['/etc/sallyport/rules/a.yaml:3: no such field']);
    assert.equal(looking?.id, 'only-looking');
  });
});
