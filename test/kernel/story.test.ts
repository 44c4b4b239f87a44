// The whole path on the real kernel: curl is held, asked about, answered, and its rule lasts.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { tellStory } from '../demo/story.ts';
import type { Answer, Story } from '../demo/story.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';

/** From sending the answer to the end of curl: on a busy machine that takes longer than the error, so the best of three counts. */
const ERROR_WITHIN_MS = atThisPaceMs(50);

describe('the story of a curl', { skip: needsRoot, timeout: atThisPaceMs(60_000) }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-story-'));
  after(() => rmSync(directory, { recursive: true, force: true }));

  async function story(answer: Answer): Promise<Story> {
    const lab = new NetworkLab();
    try {
      return await tellStory({ lab, directory, answer, say: () => undefined });
    } finally {
      lab.close();
    }
  }

  test('allowed: it gets its page, and the second one is not asked about', async () => {
    const told = await story('allow');
    assert.equal(told.question, 'Allow curl to connect to 1.2.3.4:443?');
    assert.match(told.process.path, /\/curl$/);
    assert.ok(told.process.pid > 0);
    assert.equal(told.curl.exitCode, 0);
    assert.equal(told.curl.httpStatus, 200);
    assert.deepEqual({ ...told.secondRun, ms: 0 }, { asked: false, exitCode: 0, ms: 0 });
    assert.match(told.ruleFile, /\/curl-1\.2\.3\.4-443\.yaml$/);
  });

  test('denied: it fails at once instead of after a time-out, and so does the second one', async () => {
    const times: number[] = [];
    for (let tries = 0; tries < 3 && Math.min(...times) >= ERROR_WITHIN_MS; tries++) {
      const told = await story('deny');
      assert.equal(told.curl.exitCode, 7);
      assert.deepEqual({ ...told.secondRun, ms: 0 }, { asked: false, exitCode: 7, ms: 0 });
      times.push(told.curl.msAfterAnswer);
    }
    assert.ok(Math.min(...times) < ERROR_WITHIN_MS, `${times.join(', ')} ms after the answer`);
  });
});
