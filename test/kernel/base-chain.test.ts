// Others change netfilter while a flow is held: deleting any base chain makes the kernel drop what is queued, without a word. The SYN
// comes again, joins its question, and gets the answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../lab/commands.ts';
import { needsRoot } from '../lab/root.ts';
import { PORT, Stage } from './stage.ts';

describe('netfilter changes while a flow is held', { skip: needsRoot, timeout: 60_000 }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  const iptables = (...words: readonly string[]): string => stage.lab.run('client', 'iptables', ...words);
  const counter = async (name: string): Promise<number> => {
    const { counters } = await stage.person.client.getStatus({});
    return Number(counters.find((found) => found.name === name)?.value);
  };

  for (const [action, end] of [
    ['allow', /^answered$/],
    ['deny', /^ECONN/],
  ] as const)
    test(`a base chain of another table is deleted, ${action}: the SYN that comes again joins and is answered`, async () => {
      const path = stage.app(action);
      const goneBefore = await counter('packetsGone');
      iptables('-t', 'mangle', '-A', 'OUTPUT', '-j', 'ACCEPT');
      const program = stage.speak(path, 'tcp');
      await stage.person.asked(path);
      iptables('-t', 'mangle', '-F');
      iptables('-t', 'mangle', '-X');
      await waitFor('the SYN to come again', async () => (await counter('packetsUnanswered')) === 2);
      const prompt = await stage.person.asked(path);
      assert.deepEqual(
        prompt.flows.map(({ endpoint }) => endpoint?.port),
        [PORT],
      );
      assert.equal(stage.person.prompts.length, 1);
      await stage.person.answer(prompt, { action });
      assert.match(await program.line(0), end);
      assert.equal(await counter('packetsGone'), goneBefore + 1);
      assert.equal((await stage.person.records(path)).length, 1);
    });
});
