// A DesktopApi without a host: a state that the test changes, answers that it sets, and a record of what was asked. Runs in pages too.
import type { CallArgument, CallName, CallResult, DesktopApi, Outcome } from '../shared/desktop-api.ts';
import { DEFAULT_PREFERENCES } from '../shared/preference-defaults.ts';
import { INITIAL_STATE, reduceAll } from '../shared/reduce.ts';
import type { Change, DesktopState, DesktopUpdate } from '../shared/state.ts';
import type { Shell, WindowCallArgument, WindowCallName } from '../shared/window-contract.ts';

/** One answer for every call, or one made from its argument. */
type Answer<C extends CallName> =
  Outcome<CallResult<C>> | ((argument: CallArgument<C>) => Outcome<CallResult<C>>);

export type FakeAnswers = { [C in CallName]?: Answer<C> };

export interface FakeDesktop {
  readonly api: DesktopApi;
  /** Every call but getState, describeApps and listUsers, in order. */
  readonly calls: { readonly name: CallName; readonly argument: unknown }[];
  /** What calls answer; one that is not set fails as if there were no agent. */
  readonly answers: FakeAnswers;
  /** What was asked of the shell, in order. */
  readonly windowCalls: { readonly name: WindowCallName; readonly argument: unknown }[];
  /** What the shell is; it does all that it is asked for. */
  shell: Shell;
  readonly tell: (...changes: readonly Change[]) => void;
  readonly state: () => DesktopState;
  readonly listeners: () => number;
}

export function fakeDesktop(...changes: readonly Change[]): FakeDesktop {
  let state = reduceAll(INITIAL_STATE, changes);
  const listeners = new Set<(update: DesktopUpdate) => void>();
  const calls: FakeDesktop['calls'] = [];
  const answers: FakeAnswers = {};
  const call =
    <C extends CallName>(name: C) =>
    (argument: CallArgument<C>): Promise<Outcome<CallResult<C>>> => {
      calls.push({ name, argument });
      return Promise.resolve(outcomeOf<C>(answers[name], argument));
    };
  const windowCalls: FakeDesktop['windowCalls'] = [];
  const windowCall =
    <C extends WindowCallName>(name: C) =>
    (argument?: WindowCallArgument<C>): Promise<Outcome<{ readonly done: boolean }>> => {
      windowCalls.push({ name, argument });
      return Promise.resolve({ ok: true, value: { done: true } });
    };
  const fake: FakeDesktop = {
    api: {
      getState: () => Promise.resolve({ ok: true, value: state }),
      decide: call('decide'),
      undo: call('undo'),
      dismissPrompts: call('dismissPrompts'),
      putRule: call('putRule'),
      deleteRule: call('deleteRule'),
      setRuleEnabled: call('setRuleEnabled'),
      exportRules: call('exportRules'),
      readRules: call('readRules'),
      listRuleUses: () => call('listRuleUses')(undefined),
      explain: call('explain'),
      listHistory: call('listHistory'),
      readTraffic: call('readTraffic'),
      describeApps: (asked) =>
        Promise.resolve(outcomeOf<'describeApps'>(answers.describeApps ?? { ok: true, value: [] }, asked)),
      listUsers: () =>
        Promise.resolve(outcomeOf<'listUsers'>(answers.listUsers ?? { ok: true, value: USERS }, undefined)),
      setMode: call('setMode'),
      getStatus: () => call('getStatus')(undefined),
      setPreferences: (change) => {
        calls.push({ name: 'setPreferences', argument: change });
        const chosen = { ...DEFAULT_PREFERENCES, ...state.preferences?.chosen, ...change };
        fake.tell({ kind: 'preferences', preferences: { chosen } });
        return Promise.resolve(
          outcomeOf<'setPreferences'>(answers.setPreferences ?? { ok: true, value: { chosen } }, change),
        );
      },
      getShell: () => Promise.resolve({ ok: true, value: fake.shell }),
      putWindowAside: windowCall('putWindowAside'),
      closeWindow: windowCall('closeWindow'),
      openMainWindow: windowCall('openMainWindow'),
      openPromptWindow: () => windowCall('openPromptWindow')(),
      setAutostart: windowCall('setAutostart'),
      subscribe: (listener) => {
        listeners.add(listener);
        listener({ kind: 'snapshot', state });
        return () => void listeners.delete(listener);
      },
    },
    calls,
    answers,
    windowCalls,
    shell: { kind: 'electron', windowCanHide: true, autostart: false },
    tell: (...told) => {
      state = reduceAll(state, told);
      for (const listener of listeners) listener({ kind: 'changes', changes: told });
    },
    state: () => state,
    listeners: () => listeners.size,
  };
  return fake;
}

const USERS = [
  { uid: 0, name: 'root' },
  { uid: 1000, name: 'alice' },
];

function outcomeOf<C extends CallName>(
  answer: Answer<C> | undefined,
  argument: CallArgument<C>,
): Outcome<CallResult<C>> {
  return (typeof answer === 'function' ? answer(argument) : answer) ?? UNAVAILABLE;
}

const UNAVAILABLE = {
  ok: false,
  error: { kind: 'unavailable', text: 'No agent answers.', remedy: 'Start it.' },
} as const;
