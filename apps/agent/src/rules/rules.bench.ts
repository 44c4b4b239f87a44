// Measures how long the store takes for many rules: node --expose-gc apps/agent/src/rules/rules.bench.ts
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address } from '../domain/address.ts';
import type { RuleId } from '../domain/rule.ts';
import { rulesText } from './rule-to-entry.ts';
import { NOW_MS, curlRule } from './rules-store.fixture.ts';
import { RulesStore } from './rules-store.ts';

const root = mkdtempSync(join(tmpdir(), 'sallyport-rules-bench-'));
const directory = join(root, 'rules');

function timed(what: string, action: () => void): void {
  const startMs = performance.now();
  action();
  console.log(`  ${what}: ${(performance.now() - startMs).toFixed(0)} ms`);
}

function writeRules(count: number, fileCount: number): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { matcher } = curlRule('any');
  for (let file = 0; file < fileCount; file += 1) {
    const rules = Array.from({ length: count / fileCount }, (_, index) => {
      const address = `10.${file % 256}.${index >> 8}.${index & 255}` as Address;
      return curlRule(`rule-${file}-${index}`, {
        matcher: { ...matcher, addresses: [{ kind: 'address', address }] },
      });
    });
    writeFileSync(join(directory, `list-${file}.yaml`), rulesText(rules), { mode: 0o600 });
  }
}

function open(): RulesStore {
  const options = { directory, stateDirectory: join(root, 'state'), resolveUser: () => undefined };
  return RulesStore.open({ ...options, nowMs: () => NOW_MS, onChange: () => undefined });
}

function measure(count: number, fileCount: number): void {
  console.log(`${count} rules in ${fileCount} files`);
  writeRules(count, fileCount);
  timed('first load, with copies of last good versions', () => open().close());
  timed('load after that', () => open().close());
  const store = open();
  timed('put a new rule', () => store.put(curlRule('new')));
  timed('disable one rule of a list', () => store.setEnabled('rule-0-3' as RuleId, false));
  timed('list', () => [...store.list()]);
  store.close();
}

try {
  measure(1000, 1000);
  measure(10_000, 1);
  measure(100_000, 10);
} finally {
  rmSync(root, { recursive: true, force: true });
}
