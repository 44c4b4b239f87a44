// From one DesktopState to the next. Pure; a batch of changes costs one copy of what it touches.
import { KeyedList } from './keyed-list.ts';
import type { Prompt, Rule } from './model.ts';
import { mergeRecent } from './recent.ts';
import type { HistoryEntry } from './report.ts';
import type { AgentSnapshot, Change, Connection, DesktopState, DesktopUpdate } from './state.ts';

export const INITIAL_STATE: DesktopState = {
  connection: { kind: 'connecting' },
  you: { uid: -1, mayDecide: false },
  prompts: [],
  rules: [],
  problems: [],
  health: [],
  recent: [],
};

export function reduce(state: DesktopState, change: Change): DesktopState {
  return reduceAll(state, [change]);
}

/** The state after all changes, in order. Parts that nothing changed stay the same objects. */
export function reduceAll(state: DesktopState, changes: readonly Change[]): DesktopState {
  let draft = draftOf(state);
  for (const change of changes) draft = changed(draft, change);
  return finished(draft);
}

/** For whoever receives updates: a snapshot replaces, changes are applied. */
export function reduceUpdate(state: DesktopState, update: DesktopUpdate): DesktopState {
  return update.kind === 'snapshot' ? update.state : reduceAll(state, update.changes);
}

/** Whether an answer given now can reach the agent and would be taken from this user. */
export function mayAnswer(state: DesktopState): boolean {
  return state.connection.kind === 'connected' && state.you.mayDecide;
}

interface Draft {
  readonly state: DesktopState;
  readonly prompts: KeyedList<Prompt>;
  readonly rules: KeyedList<Rule>;
  readonly entries: HistoryEntry[];
}

function draftOf(state: DesktopState): Draft {
  return {
    state,
    prompts: new KeyedList(state.prompts, (prompt) => prompt.id),
    rules: new KeyedList(state.rules, (rule) => rule.id),
    entries: [],
  };
}

function finished({ state, prompts, rules, entries }: Draft): DesktopState {
  return {
    ...state,
    prompts: prompts.items(),
    rules: rules.items(),
    recent: mergeRecent(state.recent, entries),
  };
}

function changed(draft: Draft, change: Change): Draft {
  if (change.kind === 'preferences') return withPreferences(draft, change.preferences);
  if (change.kind === 'agent')
    return withPreferences(draftOf(connected(change.agent)), draft.state.preferences);
  if (change.kind === 'connection')
    return withPreferences(draftOf(withoutConnection(draft, change.connection)), draft.state.preferences);
  // What still arrives of a connection that is over belongs to nothing.
  return draft.state.connection.kind === 'connected' ? told(draft, change) : draft;
}

/** They are the person's: no change of the agent or of the connection touches them. */
function withPreferences(draft: Draft, preferences: DesktopState['preferences']): Draft {
  return preferences === undefined ? draft : { ...draft, state: { ...draft.state, preferences } };
}

/** History of before is not kept: its records may come from another database. The host asks for the latest ones again. */
function connected(agent: AgentSnapshot): DesktopState {
  return { ...agent, connection: { kind: 'connected' }, recent: [] };
}

function withoutConnection(draft: Draft, connection: Connection): DesktopState {
  return connection.kind === 'refused'
    ? { ...INITIAL_STATE, connection }
    : { ...finished(draft), connection };
}

function told(
  draft: Draft,
  change: Exclude<Change, { kind: 'agent' | 'connection' | 'preferences' }>,
): Draft {
  switch (change.kind) {
    case 'prompt':
      draft.prompts.put(change.prompt);
      return draft;
    case 'prompt-closed':
      draft.prompts.delete(change.promptId);
      return draft;
    case 'rule':
      draft.rules.put(change.rule);
      return draft;
    case 'rule-deleted':
      draft.rules.delete(change.ruleId);
      return draft;
    case 'history':
      draft.entries.push(...change.entries);
      return draft;
    case 'problems':
      return { ...draft, state: { ...draft.state, problems: change.problems } };
    case 'mode':
      return { ...draft, state: { ...draft.state, mode: change.mode } };
    case 'health':
      return { ...draft, state: { ...draft.state, health: change.checks } };
  }
}
