// The tray in every state, its menu, and what is done when something is chosen.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../../../../agent/src/api/testing/serving.ts';
import type { Outcome } from '../../shared/desktop-api.ts';
import { INITIAL_STATE, reduceAll } from '../../shared/reduce.ts';
import type { Change, DesktopError, DesktopState } from '../../shared/state.ts';
import { agentOf, entryOf, promptOf } from '../../test-support/samples.ts';
import { Tray } from './tray.ts';
import type { TrayAction, TrayItem, TrayModel } from './tray-model.ts';
import { trayModel } from './tray-model.ts';
import { trayWords } from './tray-words.ts';

const ENGLISH = trayWords('en');
const UNTIL_MS = new Date(2026, 0, 2, 18, 0).getTime();
const REASON = { kind: 'unavailable', text: '', remedy: '' } as const;
const PAUSED = { kind: 'paused', untilMs: UNTIL_MS, unknownFlows: 'ask' } as const;
const LIMITED = { name: 'bpf', state: 'degraded', text: 'x', remedy: 'y' } as const;

function stateOf(agent: Parameters<typeof agentOf>[0], ...changes: readonly Change[]): DesktopState {
  return reduceAll(INITIAL_STATE, [{ kind: 'agent', agent: agentOf(agent) }, ...changes]);
}

function modelOf(state: DesktopState, undoTokens: ReadonlyMap<string, string> = new Map()): TrayModel {
  return trayModel({ state, undoTokens, isAutostart: false, words: ENGLISH });
}

/** As a person reads it: one entry a line, menus indented. */
function menuText(items: readonly TrayItem[], indent = ''): readonly string[] {
  return items.flatMap((item) => {
    if (item.kind === 'line') return [`${indent}---`];
    const below = item.kind === 'menu' ? menuText(item.items, `${indent}  `) : [];
    return [`${indent}${item.kind === 'text' ? `(${item.label})` : item.label}`, ...below];
  });
}

function actionNamed(model: TrayModel, label: string): TrayAction {
  const all = (items: readonly TrayItem[]): readonly TrayItem[] =>
    items.flatMap((item) => (item.kind === 'menu' ? [item, ...all(item.items)] : [item]));
  const found = all(model.items).find((item) => item.kind === 'action' && item.label === label);
  assert.ok(found?.kind === 'action', label);
  return found.action;
}

const CASES: readonly (readonly [string, DesktopState, TrayModel['icon'], string])[] = [
  ['before the first answer', INITIAL_STATE, 'unreachable', 'Looking for the firewall service…'],
  [
    'without an agent',
    stateOf(
      { prompts: [promptOf()] },
      { kind: 'connection', connection: { kind: 'disconnected', reason: REASON, retryAtMs: 1 } },
    ),
    'unreachable',
    'The firewall service does not answer.',
  ],
  [
    'refused',
    stateOf({}, { kind: 'connection', connection: { kind: 'refused', reason: REASON } }),
    'unreachable',
    'The firewall service cannot be used here.',
  ],
  ['filtering', stateOf({}), 'filtering', 'Filtering'],
  ['degraded', stateOf({ health: [LIMITED] }), 'degraded', 'Filtering, with limits'],
  [
    'paused',
    stateOf({ mode: PAUSED, health: [LIMITED] }),
    'paused',
    `Paused until ${ENGLISH.time(UNTIL_MS)}: everything passes`,
  ],
  ['asking', stateOf({ mode: PAUSED, prompts: [promptOf()] }), 'asking', '1 question waits'],
  ['with a missed question', stateOf({ prompts: [promptOf({ missed: true })] }), 'filtering', 'Filtering'],
];

describe('the tray', () => {
  for (const [name, state, icon, text] of CASES)
    test(`${name} shows ${icon}: ${text}`, () => {
      const model = modelOf(state);
      assert.deepEqual([model.icon, model.tooltip], [icon, `Sallyport: ${text}`]);
      assert.equal(menuText(model.items)[0], `(${text})`);
    });

  test('has a menu of what can be done', () => {
    const state = stateOf({ prompts: [promptOf(), promptOf({ id: 'p-2', missed: true })], mode: PAUSED });
    assert.deepEqual(menuText(modelOf(state).items), [
      '(1 question waits)',
      '---',
      'Answer 1 question…',
      '1 missed question…',
      '---',
      'Filter again now',
      'Pause for',
      '  5 minutes',
      '  15 minutes',
      '  60 minutes',
      '---',
      'Open Sallyport',
      'Start with the session',
      '---',
      'Quit, and ask nothing here any more',
    ]);
  });

  test('offers nothing that would be refused', () => {
    const looking = stateOf({ you: { uid: 1, mayDecide: false }, mode: PAUSED });
    const gone = CASES[1]?.[1] ?? INITIAL_STATE;
    for (const state of [looking, gone, INITIAL_STATE]) {
      const text = menuText(modelOf(state).items).join('\n');
      assert.doesNotMatch(text, /Pause for|Filter again/);
      assert.match(text, /Open Sallyport/);
    }
  });

  test('shows the last five answers, once for each question, and takes back what can be taken back', () => {
    const entries = Array.from({ length: 14 }, (_, index) => ({
      ...entryOf(index + 1),
      action: index % 4 < 2 ? ('deny' as const) : ('allow' as const),
      reason: `prompt p-${index >> 1}`,
      path: '/opt/a&b/pro\u202egram',
      address: index % 2 === 0 ? '2001:db8::1' : '1.2.3.4',
    }));
    const state = stateOf(
      {},
      { kind: 'history', entries: [...entries, { ...entryOf(99), reason: 'rule r-1' }] },
    );
    const items = menuText(modelOf(state, new Map([['p-6', 'token']])).items);
    const from = items.indexOf('Recent answers');
    assert.deepEqual(items.slice(from + 1, from + 4), [
      '  pro\\u{202e}gram may not reach 1.2.3.4:443 and 1 more',
      '    Take it back',
      '  (pro\\u{202e}gram may reach 1.2.3.4:443 and 1 more)',
    ]);
    assert.equal(items.filter((line) => /may (?:not )?reach/.test(line)).length, 5);
  });

  test('says the same in Chinese, without a word of English', () => {
    for (const [, state] of CASES) {
      const model = trayModel({
        state,
        undoTokens: new Map(),
        isAutostart: true,
        words: trayWords('zh-Hans'),
      });
      for (const line of menuText(model.items))
        assert.doesNotMatch(line.replaceAll('Sallyport', ''), /[a-z]{2}/i);
    }
  });
});

interface Stage extends Disposable {
  readonly tray: Tray;
  readonly shown: TrayModel[];
  readonly calls: unknown[];
  readonly acted: unknown[];
  readonly failures: DesktopError[];
  readonly choose: (label: string) => void;
}

function stage(outcome: Outcome<unknown> = { ok: true, value: {} }): Stage {
  const [shown, calls, acted, failures] = [
    [] as TrayModel[],
    [] as unknown[],
    [] as unknown[],
    [] as DesktopError[],
  ];
  let chosen: (action: TrayAction) => void = () => undefined;
  const tray = new Tray({
    port: {
      show: (model, choose) => {
        shown.push(model);
        chosen = choose;
      },
      end: () => undefined,
    },
    call: (...words) => {
      calls.push(words);
      return Promise.resolve(outcome);
    },
    words: () => ENGLISH,
    isAutostart: () => false,
    act: (action) => acted.push(action),
    tellFailure: (error) => failures.push(error),
  });
  const choose = (label: string): void => {
    const last = shown.at(-1);
    assert.ok(last !== undefined);
    chosen(actionNamed(last, label));
  };
  return { tray, shown, calls, acted, failures, choose, [Symbol.dispose]: () => tray.end() };
}

describe('a choice in the menu', () => {
  test('goes to the agent, or is done here', async () => {
    using own = stage();
    own.tray.follow(stateOf({ mode: PAUSED, prompts: [promptOf()] }));
    for (const label of ['15 minutes', 'Filter again now', 'Answer 1 question…', 'Open Sallyport'])
      own.choose(label);
    own.choose('Start with the session');
    own.choose('Quit, and ask nothing here any more');
    await until(() => own.calls.length === 2);
    assert.deepEqual(own.calls, [
      ['setMode', { kind: 'pause', pauseMs: 900_000 }],
      ['setMode', { kind: 'filter' }],
    ]);
    assert.deepEqual(own.acted, [
      { kind: 'questions' },
      { kind: 'main' },
      { kind: 'autostart', enabled: true },
      { kind: 'quit' },
    ]);
  });

  test('that fails is told', async () => {
    using own = stage({ ok: false, error: { kind: 'unavailable', text: 'No agent answers.', remedy: '' } });
    own.tray.follow(stateOf({}));
    own.choose('5 minutes');
    await until(() => own.failures.length === 1);
  });

  test('takes an answer of a page back while that is possible, and is gone afterwards', async () => {
    const undoUntilMs = Date.now() + 400;
    using own = stage({ ok: true, value: { rules: [], flowsAnswered: 1, undoToken: 'token', undoUntilMs } });
    const entry = { ...entryOf(1), reason: 'prompt p-1', path: '/usr/bin/curl' };
    own.tray.follow(stateOf({}, { kind: 'history', entries: [entry] }));
    const call = own.tray.noting(() =>
      Promise.resolve({ ok: true, value: { rules: [], flowsAnswered: 1, undoToken: 'token', undoUntilMs } }),
    );
    await call('decide', { promptId: 'p-1' });
    const canUndo = (): boolean => JSON.stringify(own.shown.at(-1)).includes('Take it back');
    await until(canUndo);
    await until(() => !canUndo());
  });
});

test('ten thousand changes make a few menus, and the same menu is not shown twice', async () => {
  using own = stage();
  for (let count = 0; count < 10_000; count++)
    own.tray.follow(
      stateOf({ prompts: count % 2 === 0 ? [promptOf()] : [promptOf(), promptOf({ id: 'p-2' })] }),
    );
  await until(() => own.shown.length === 2);
  own.tray.follow(stateOf({ prompts: [promptOf(), promptOf({ id: 'p-2' })] }));
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.equal(own.shown.length, 2);
});
