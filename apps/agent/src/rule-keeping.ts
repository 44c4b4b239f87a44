// What keeps the rules, built from the settings: the store of their files and the book that the API edits.
import type { Clock } from './platform/clock.ts';
import { isAlive } from './platform/processes.ts';
import { userId } from './platform/users.ts';
import { RulesBook } from './rules-book.ts';
import type { RulesBookOptions } from './rules-book.ts';
import { RulesStore } from './rules/rules-store.ts';
import type { RulesStoreOptions } from './rules/rules-store.ts';
import type { Settings } from './settings.ts';

export interface RuleKeepingOptions {
  readonly settings: Pick<Settings, 'rulesDirectory' | 'stateDirectory'>;
  readonly clock: Clock;
}

export function openStore(
  { settings, clock }: RuleKeepingOptions,
  { prepare, onChange }: Pick<RulesStoreOptions, 'prepare' | 'onChange'>,
): RulesStore {
  return RulesStore.open({
    directory: settings.rulesDirectory,
    stateDirectory: settings.stateDirectory,
    resolveUser: userId,
    nowMs: clock.nowMs,
    prepare,
    onChange,
  });
}

export function buildBook(
  { settings, clock }: RuleKeepingOptions,
  parts: Pick<RulesBookOptions, 'store' | 'events'>,
): RulesBook {
  return new RulesBook({ ...parts, directory: settings.rulesDirectory, nowMs: clock.nowMs, isAlive });
}
