// What is given back really leaves the process, and what runs goes on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { plainEnvironment } from './fixture/probe.ts';

test('memory that was freed is given back', () => {
  const module = JSON.stringify(new URL('./memory.ts', import.meta.url).href);
  const source = `
    import { releaseFreeMemory } from ${module};
    import { openSync, closeSync } from 'node:fs';
    const pieces = Array.from({ length: 400 }, () => Buffer.allocUnsafeSlow(100_000).fill(1));
    pieces.length = 0;
    globalThis.gc();
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = process.memoryUsage.rss();
    releaseFreeMemory();
    console.log(before - process.memoryUsage.rss());`;
  const text = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', source], {
    encoding: 'utf8',
    // A checker's own malloc gives nothing back.
    env: plainEnvironment(),
  });
  assert.ok(Number(text) > 1_000_000, `${text.trim()} bytes were given back`);
});

test('pages of the program leave the resident set, and it runs on', () => {
  const module = JSON.stringify(new URL('./memory.ts', import.meta.url).href);
  const source = `
    import { releaseProgramPages } from ${module};
    import { createHash } from 'node:crypto';
    import { readFileSync } from 'node:fs';
    const residentKb = () => Number(/RssFile:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    const digest = () => createHash('sha256').update('x').digest('hex');
    const [before, digestBefore] = [residentKb(), digest()];
    const released = releaseProgramPages();
    console.log(JSON.stringify({ released, gainKb: before - residentKb(), isSame: digest() === digestBefore }));`;
  const text = execFileSync(process.execPath, ['--input-type=module', '--eval', source], {
    encoding: 'utf8',
    env: plainEnvironment(),
  });
  const { released, gainKb, isSame } = JSON.parse(text) as Record<string, number | boolean>;
  assert.ok(Number(released) > 20_000_000, text);
  assert.ok(Number(gainKb) > 10_000, text);
  assert.equal(isSame, true);
});
