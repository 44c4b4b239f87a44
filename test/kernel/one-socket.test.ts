// What a processor remembers of a datagram socket holds for nobody and nothing else: another process with the same socket, another
// program in the same process, other rules, a later time.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rule } from '@sallyport/proto';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';

/** More than once on each processor of a small machine. */
const OFTEN = 40;
const REFUSED = /^E(PERM|CONNREFUSED)$/;

describe(
  'a datagram socket that a processor knows',
  { skip: needsRoot, timeout: atThisPaceMs(120_000) },
  () => {
    let stage: Stage;
    let compiled: string;
    before(async () => {
      stage = await Stage.open();
      compiled = stage.compile('one-socket');
    });
    after(() => stage[Symbol.asyncDispose]());

    const counter = async (name: string): Promise<number> => {
      const { counters } = await stage.person.client.getStatus({});
      return Number(counters.find((entry) => entry.name === name)?.value ?? NaN);
    };
    const put = async (rule: Rule): Promise<Rule> => {
      const { rule: stored } = await stage.person.client.putRule({ rule });
      assert.ok(stored);
      return stored;
    };
    const app = (name: string): string => {
      const path = `${compiled}-${name}`;
      copyFileSync(compiled, path);
      return path;
    };
    const start = (path: string, ...steps: readonly string[]): LabProgram =>
      stage.start(path, 'new', SERVER[4], String(PORT), ...steps);
    const next = (program: LabProgram): Promise<string> => {
      const index = program.lines.length;
      program.goOn();
      return program.line(index, atThisPaceMs(15_000));
    };
    /** Its first step: the flow is known, and let through by the kernel again and again. */
    const warmUp = async (program: LabProgram): Promise<void> => {
      const before = await counter('knownAllowed');
      assert.equal(await next(program), 'answered');
      assert.ok((await counter('knownAllowed')) - before >= OFTEN / 2);
    };

    test('another process with the same socket gets its own verdict, and the first one keeps its own', async () => {
      const [allowed, denied] = [app('parent'), app('child')];
      await put(ruleFor(allowed, 'ACTION_ALLOW'));
      await put(ruleFor(denied, 'ACTION_DENY'));
      const turns = [`self=${OFTEN}`, `other=${denied}`] as const;
      const program = start(allowed, ...turns, ...turns, ...turns);
      await warmUp(program);
      assert.match(await next(program), REFUSED);
      for (let turn = 1; turn < 3; turn += 1) {
        assert.equal(await next(program), 'answered');
        assert.match(await next(program), REFUSED);
      }
    });

    test('exec makes it another program with the same socket', async () => {
      const [allowed, denied] = [app('before-exec'), app('after-exec')];
      await put(ruleFor(allowed, 'ACTION_ALLOW'));
      await put(ruleFor(denied, 'ACTION_DENY'));
      const program = start(
        allowed,
        `self=${OFTEN}`,
        `become=${denied}`,
        'self=1',
        `become=${allowed}`,
        'self=1',
      );
      await warmUp(program);
      program.goOn();
      assert.match(await next(program), REFUSED);
      program.goOn();
      assert.equal(await next(program), 'answered');
    });

    test('a changed rule is in force for the next datagram, in both directions', async () => {
      const path = app('changed');
      const rule = await put(ruleFor(path, 'ACTION_ALLOW'));
      const program = start(path, `self=${OFTEN}`, 'self=1', 'self=1', `self=${OFTEN}`);
      await warmUp(program);
      await put({ ...rule, action: 'ACTION_DENY' });
      assert.match(await next(program), REFUSED);
      assert.match(await next(program), REFUSED);
      await put({ ...rule, action: 'ACTION_ALLOW' });
      assert.equal(await next(program), 'answered');
    });

    test('a rule that ends by the clock ends for it, too', async () => {
      const path = app('limited');
      const untilMs = Date.now() + atThisPaceMs(3000);
      await put({ ...ruleFor(path, 'ACTION_ALLOW'), lifetime: { lifetime: 'untilMs', untilMs } });
      const program = start(path, `self=${OFTEN}`, 'self=1');
      await warmUp(program);
      await delay(untilMs - Date.now() + 200);
      const answer = next(program);
      await stage.person.answer(await stage.person.asked(path), { action: 'deny', lifetime: 'once' });
      assert.match(await answer, REFUSED);
    });

    test('with a rule that denies something else, the hook at sendmsg() knows it as well', async () => {
      const [allowed, denied] = [app('beside'), app('denied-beside')];
      await put(ruleFor(denied, 'ACTION_DENY'));
      await put(ruleFor(allowed, 'ACTION_ALLOW'));
      assert.match(await next(start(denied, 'self=1')), REFUSED);
      const program = start(allowed, `self=${OFTEN}`, `other=${denied}`, `self=${OFTEN}`);
      await warmUp(program);
      assert.match(await next(program), REFUSED);
      assert.equal(await next(program), 'answered');
    });
  },
);
