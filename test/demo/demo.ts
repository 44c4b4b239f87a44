// `npm run demo`: the whole story in namespaces of its own. A server at 1.2.3.4:443 in one, a real curl in the other, the
// agent between: curl is held, the question is asked, the answer becomes a rule, and the second curl is not asked about.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { needRoot } from '../lab/root.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { tellStory } from './story.ts';
import type { Answer, Story } from './story.ts';

const USAGE = 'Usage: npm run demo [-- --answer allow|deny] [--json]\n';

// Ending by a signal runs the exit hooks of the lab and of the agent.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  if (!needRoot('the demo makes network namespaces')) return 1;
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-demo-'));
  const lab = new NetworkLab('sallyport-demo');
  try {
    const story = await tellStory({
      lab,
      directory,
      answer: options.answer,
      say: options.json ? () => undefined : say,
    });
    process.stdout.write(options.json ? `${JSON.stringify(story, undefined, 2)}\n` : summary(story));
    return 0;
  } finally {
    lab.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface DemoOptions {
  /** Undefined: the person at the terminal is asked. */
  readonly answer: Answer | undefined;
  readonly json: boolean;
}

function readOptions(): DemoOptions | undefined {
  const { values } = parse();
  const { answer, json } = values;
  const isKnown = answer === undefined || answer === 'allow' || answer === 'deny';
  const isAsking = answer === undefined && (json || !process.stdin.isTTY);
  if (isKnown && !isAsking) return { answer, json };
  process.stderr.write(isAsking ? `Without a terminal the demo needs an answer.\n${USAGE}` : USAGE);
  return undefined;
}

function parse() {
  try {
    return parseArgs({ options: { answer: { type: 'string' }, json: { type: 'boolean', default: false } } });
  } catch {
    return { values: { answer: '', json: false } };
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function summary(story: Story): string {
  const { curl, secondRun, ruleFile } = story;
  return [
    `curl ended with ${curl.exitCode} (HTTP ${curl.httpStatus}), ${curl.msAfterAnswer} ms after the answer.`,
    `The second curl ended with ${secondRun.exitCode} after ${secondRun.ms} ms; asked again: ${secondRun.asked ? 'yes' : 'no'}.`,
    `The rule is ${ruleFile}; like everything of this demo it is removed now.`,
    '',
  ].join('\n');
}
