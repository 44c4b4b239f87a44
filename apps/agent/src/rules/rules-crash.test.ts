// A writer that is killed at any moment leaves rules that load without problems.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { idsOf, rulesFixture } from './rules-store.fixture.ts';

const WRITER = `
  import { RulesStore } from ${JSON.stringify(new URL('rules-store.ts', import.meta.url).href)};
  import { curlRule } from ${JSON.stringify(new URL('rules-store.fixture.ts', import.meta.url).href)};
  const [directory, stateDirectory] = process.argv.slice(1);
  const options = { directory, stateDirectory, resolveUser: () => undefined, nowMs: Date.now, onChange: () => {} };
  const store = RulesStore.open(options);
  process.stdout.write('ready');
  for (let count = 0; ; count += 1) {
    store.put(curlRule('a', { note: 'x'.repeat(count % 4000) }));
    store.put(curlRule('b-' + (count % 5)));
    store.delete('b-' + ((count + 2) % 5));
  }
`;

test('after kill -9 of a writing process everything loads, and the rule that always was there is there', async (context) => {
  const fixture = rulesFixture(context);
  fixture.write('list.yaml', '- id: a\n  action: deny\n- id: keep\n  action: deny\n');
  for (const delayMs of [1, 5, 12, 20, 33, 50]) {
    const args = ['--input-type=module', '-e', WRITER, fixture.directory, fixture.stateDirectory];
    const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(writer.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const store = fixture.open();
    assert.deepEqual(store.problems(), []);
    assert.ok(idsOf(store.rules()).includes('a'));
    assert.ok(idsOf(store.rules()).includes('keep'));
    store.close();
  }
});
