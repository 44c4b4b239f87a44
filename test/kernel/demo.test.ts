// `npm run demo` as a person starts it, with the answer given beforehand.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Story } from '../demo/story.ts';
import { finish, run } from '../lab/commands.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';

const DEMO = fileURLToPath(new URL('../demo/demo.ts', import.meta.url));

describe('the demo', { skip: needsRoot, timeout: atThisPaceMs(60_000) }, () => {
  test('prints the story as one JSON document and leaves no namespace behind', async () => {
    let pid = 0;
    const flags = ['--disable-warning=ExperimentalWarning', DEMO];
    const told = await finish(
      process.execPath,
      [...flags, '--answer', 'allow', '--json'],
      (demo) => (pid = demo),
    );
    assert.equal(told.exitCode, 0, told.stderr);
    const story = JSON.parse(told.stdout) as Story;
    assert.equal(story.question, 'Allow curl to connect to 1.2.3.4:443?');
    assert.equal(story.curl.httpStatus, 200);
    assert.deepEqual({ ...story.secondRun, ms: 0 }, { asked: false, exitCode: 0, ms: 0 });
    // The lab names its namespaces by the pid; others may make their own meanwhile.
    assert.doesNotMatch(run('ip', 'netns', 'list'), new RegExp(`sallyport-demo-${pid}-`));
  });
});
