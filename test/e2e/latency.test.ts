// How long a person waits for the question: from the SYN of a program to the page that shows it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { ascending, median } from '../bench/statistics.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { endChild, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { roundsUntil } from '../lab/quiet-round.ts';
import { needsBrowser, startBrowser } from './browser.ts';
import { isAbsent, nextSighting } from './in-page.ts';
import { PageUnderTest } from './page-under-test.ts';
import { WebShellUnderTest } from './web-shell-under-test.ts';

/** What is in the page as long as a question is shown. */
const VISIBLE_PROMPT = '[data-prompts]:not([data-prompts="0"])';
const CONNECTS = 50;
const FIRST_PORT = 2001;
const MEDIAN_MS = 150;
const WORST_MS = 300;

interface Figures {
  readonly stateMs: readonly number[];
  readonly visibleMs: readonly number[];
}

describe('the question', { skip: needsBrowser, timeout: 120_000 }, () => {
  test(`is visible within ${MEDIAN_MS} ms, at worst ${WORST_MS} ms`, async (context) => {
    await using parts = new AsyncDisposableStack();
    const lab = new NetworkLab();
    parts.defer(() => lab.close());
    const agent = await AgentUnderTest.start({ lab });
    parts.defer(() => agent.stop().then(() => undefined));
    const shell = await WebShellUnderTest.start(agent.socketPath);
    parts.defer(() => shell.stop().then(() => undefined));
    const browser = parts.use(await startBrowser());
    const page = await PageUnderTest.open(await browser.newContext(), shell.url);
    await page.until('the connection', ({ connection }) => connection.kind === 'connected');
    const rounds = await roundsUntil(isQuick, () => measure(lab, page));
    for (const { stateMs, visibleMs } of rounds) {
      context.diagnostic(`SYN to state in the page:    ${summary(stateMs)}`);
      context.diagnostic(`SYN to question on the page: ${summary(visibleMs)}`);
    }
    assert.ok(isQuick(rounds[0]), rounds.map(({ visibleMs }) => summary(visibleMs)).join('; '));
  });
});

function isQuick({ visibleMs }: Figures): boolean {
  return median(visibleMs) <= MEDIAN_MS && Math.max(...visibleMs) <= WORST_MS;
}

/** Each connect asks anew, because the last question was answered for once. */
async function measure(lab: NetworkLab, page: PageUnderTest): Promise<Figures> {
  const program = new URL('timed-connects.ts', import.meta.url).pathname;
  const [command, ...args] = lab.inside('client', process.execPath, program);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const figures = { stateMs: [] as number[], visibleMs: [] as number[] };
  try {
    await lines.next();
    for (let port = FIRST_PORT; port < FIRST_PORT + CONNECTS; port++) {
      const sighting = page.page.evaluate(nextSighting, VISIBLE_PROMPT);
      // Calls of the page are in order: when this one is answered, the page is looking.
      await page.page.evaluate(isAbsent, VISIBLE_PROMPT);
      child.stdin.write(`${port}\n`);
      const synAtMs = Number((await lines.next()).value);
      const { promptId, revision, flowIds, stateAtMs, visibleAtMs } = await sighting;
      figures.stateMs.push(stateAtMs - synAtMs);
      figures.visibleMs.push(visibleAtMs - synAtMs);
      await page.call('decide', {
        promptId,
        revision,
        flowIds,
        action: 'deny',
        scope: 'endpoint',
        lifetime: { kind: 'once' },
      });
      await waitFor('the question gone', () => page.page.evaluate(isAbsent, VISIBLE_PROMPT));
    }
  } finally {
    await endChild(child);
  }
  return figures;
}

function summary(valuesMs: readonly number[]): string {
  const sorted = ascending(valuesMs);
  return `median ${median(sorted)} ms, worst ${sorted.at(-1) ?? NaN} ms of ${sorted.length}`;
}
