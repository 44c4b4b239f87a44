// A rules directory of its own for each test, with a store on it. Only tests use it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Address } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import { ruleOf } from '../domain/rule.fixture.ts';
import type { Rule } from '../domain/rule.ts';
import { RulesStore } from './rules-store.ts';
import type { RulesChange, RulesStoreOptions } from './rules-store.ts';

export interface Fixture {
  readonly directory: string;
  readonly stateDirectory: string;
  readonly changes: RulesChange[];
  readonly write: (name: string, text: string) => void;
  readonly read: (name: string) => string;
  readonly open: () => RulesStore;
  /** Resolves when the store has reported another change. */
  readonly nextChange: () => Promise<RulesChange>;
}

export const NOW_MS = Date.UTC(2026, 10, 23);

export function rulesFixture(context: TestContext, prepare?: RulesStoreOptions['prepare']): Fixture {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-rules-'));
  const directory = join(root, 'rules');
  const stateDirectory = join(root, 'state');
  mkdirSync(directory, { mode: 0o700 });
  const changes: RulesChange[] = [];
  const waiting: ((change: RulesChange) => void)[] = [];
  const stores: RulesStore[] = [];
  const onChange = (change: RulesChange): void => {
    changes.push(change);
    for (const resolve of waiting.splice(0)) resolve(change);
  };
  context.after(() => {
    for (const store of stores) store.close();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    directory,
    stateDirectory,
    changes,
    write: (name, text) => writeFileSync(join(directory, name), text, { mode: 0o600 }),
    read: (name) => readFileSync(join(directory, name), 'utf8'),
    open: () => {
      const resolveUser = (name: string): number | undefined => (name === 'alice' ? 1000 : undefined);
      const options = { directory, stateDirectory, resolveUser, nowMs: () => NOW_MS, prepare, onChange };
      const store = RulesStore.open(options);
      stores.push(store);
      return store;
    },
    // The watch does not keep the process alive, a timer of the test does.
    nextChange: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no change was reported within 3 s')), 3000);
        waiting.push((change) => {
          clearTimeout(timer);
          resolve(change);
        });
      }),
  };
}

export function curlRule(id: string, rest: Partial<Rule> = {}): Rule {
  const matcher = {
    app: '/usr/bin/curl' as AppId,
    direction: 'out',
    protocols: ['tcp'],
    addresses: [{ kind: 'address', address: '1.2.3.4' as Address }],
    ports: [{ from: 443, to: 443 }],
  } as const;
  return ruleOf(id, matcher, { origin: 'prompt', createdAtMs: NOW_MS, ...rest });
}

export function idsOf(rules: readonly Rule[]): readonly string[] {
  return rules.map(({ id }) => id).toSorted();
}
