// The interactive prompts in a real pseudo-terminal, kept by tmux: what a person would see and type.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, beforeEach, afterEach, describe, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { Refusal, startFakeAgent } from '../fake-agent.ts';
import type { FakeAgent } from '../fake-agent.ts';
import { samplePrompt, sampleRule, sampleSnapshot } from '../samples.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const SERVER = `sallyport-cli-${process.pid}`;
const hasTmux = spawnSync('tmux', ['-V']).status === 0;
const LONGEST_WAIT_MS = 20_000;

function tmux(...words: readonly string[]): string {
  return execFileSync('tmux', ['-L', SERVER, ...words], { encoding: 'utf8' });
}

const pane = (): string => tmux('capture-pane', '-p', '-t', 'it');
const press = (...keys: readonly string[]): string => tmux('send-keys', '-t', 'it', ...keys);

async function seen(pattern: RegExp): Promise<string> {
  const endMs = Date.now() + LONGEST_WAIT_MS;
  while (Date.now() < endMs) {
    const text = pane();
    if (pattern.test(text)) return text;
    await delay(50);
  }
  return assert.fail(`never saw ${String(pattern)} in:\n${pane()}`);
}

/** A card that keys count on: the line that says otherwise is gone. */
async function armed(pattern: RegExp): Promise<void> {
  await seen(pattern);
  await seen(/^(?![^]*A moment:)[^]*q quit/);
}

describe('the card in a terminal', { skip: hasTmux ? false : 'needs tmux: apt-get install tmux' }, () => {
  let agent: FakeAgent;
  const fresh = (changes = {}) =>
    samplePrompt({ openedAtMs: Date.now(), deadlineMs: Date.now() + 90_000, ...changes });

  // A session that stays: a tmux server ends with its last session, and a new one can meet it while it ends.
  before(() => tmux('new-session', '-d', '-s', 'keeper', 'sleep 600'));
  beforeEach(async () => {
    agent = await startFakeAgent({
      decide: () => ({
        rules: [sampleRule()],
        flowsAnswered: 1,
        undoToken: 'u1',
        undoUntilMs: Date.now() + 60_000,
      }),
      undoDecision: () => ({ rulesRemoved: 1, flowsEnded: 2 }),
    });
    agent.greeting = [{ event: 'snapshot', snapshot: sampleSnapshot({ prompts: [fresh()] }) }];
    const command = `stty -g; ${process.execPath} ${MAIN} prompts --socket ${agent.socketPath}; echo "left with $?"; stty -g; cat`;
    tmux('new-session', '-d', '-s', 'it', '-x', '80', '-y', '28', `/bin/sh -c '${command}'`);
  });
  afterEach(() => {
    tmux('kill-session', '-t', 'it');
    agent.remove();
  });
  after(() => spawnSync('tmux', ['-L', SERVER, 'kill-server']));

  const requested = (method: string) => agent.requests.filter((sent) => sent.method === method).length;

  /** The terminal's settings before and after are the same, and the cursor and the old screen are back. */
  async function assertRestored(exitCode: number): Promise<string> {
    const text = await seen(new RegExp(`left with ${exitCode}[^]*:`));
    const settings = text.split('\n').filter((line) => /^[0-9a-f]+(:[0-9a-f]+)+$/.test(line));
    assert.equal(settings.length, 2, text);
    assert.equal(settings[0], settings[1]);
    assert.equal(tmux('display-message', '-p', '-t', 'it', '#{cursor_flag} #{alternate_on}').trim(), '1 0');
    return text;
  }

  test('discards a key that comes too early, takes one that does not, undoes it, and says so when it leaves', async () => {
    await seen(/Allow curl to connect to 1\.2\.3\.4:443\?/);
    press('a');
    await seen(/Too early|reach/);
    assert.equal(requested('decide'), 0);
    await armed(/Allow curl/);
    press('Enter');
    await seen(/Return answers nothing/);
    press('a');
    await seen(/curl may reach 1\.2\.3\.4:443 for 1 hour\. u undoes\./);
    press('u');
    await seen(/Taken back: curl may reach 1\.2\.3\.4:443 for 1 hour\. 2 flows ended\./);
    press('q');
    assert.match(await assertRestored(0), /curl may reach 1\.2\.3\.4:443 for 1 hour\.\nTaken back:/);
    assert.deepEqual([requested('decide'), requested('undoDecision')], [1, 1]);
  });

  test('says that a rule could not be stored, and takes an undo again that failed at first', async () => {
    const notStored = { text: 'The rule curl-443 was not stored. The disk is full.', diskFull: true };
    const decided = { rules: [], flowsAnswered: 1, undoToken: 'u1', undoUntilMs: Date.now() + 60_000 };
    agent.answers.decide = () => ({ ...decided, notStored });
    agent.answers.undoDecision = () => {
      throw new Refusal(status.RESOURCE_EXHAUSTED, 'It is still in force.');
    };
    await armed(/Allow curl/);
    press('A');
    await seen(/The rule curl-443 was not stored\. The disk is full\.[^]*1 waiting flow answered, 0 rules/);
    press('u');
    await seen(/It is still in force/);
    agent.answers.undoDecision = () => ({ rulesRemoved: 0, flowsEnded: 1 });
    press('u');
    await seen(/Taken back: 1 waiting flow answered, 0 rules stored/);
    assert.equal(requested('undoDecision'), 2);
  });

  test('cursor keys and pasted text answer nothing', async () => {
    await armed(/Allow curl/);
    press('Up', 'Down', 'Left');
    tmux('set-buffer', '-b', 'text', 'aAdD');
    tmux('paste-buffer', '-p', '-b', 'text', '-t', 'it');
    await seen(/Pasted text was discarded/);
    assert.equal(requested('decide'), 0);
    press('D');
    await seen(/curl may not reach 1\.2\.3\.4:443 always/);
  });

  test('arms anew when the card changes, and follows a window of 60 columns', async () => {
    await armed(/Allow curl/);
    agent.send({ event: 'prompt', prompt: fresh({ revision: 2 }) });
    await seen(/This card changed/);
    press('a');
    await armed(/Too early/);
    assert.equal(requested('decide'), 0);
    tmux('resize-window', '-t', 'it', '-x', '60', '-y', '24');
    const text = await seen(/n next {2}l later\n {2}u undo {2}q quit/);
    assert.match(text, /proven by the kernel/);
    tmux('resize-window', '-t', 'it', '-x', '60', '-y', '8');
    await seen(/Make this window larger/);
    press('a');
    await delay(300);
    assert.equal(requested('decide'), 0);
  });

  test('survives a restart of the agent', async () => {
    await armed(/Allow curl/);
    agent.stop();
    await seen(/Lost the firewall; trying again by itself/);
    press('a');
    agent.greeting = [{ event: 'snapshot', snapshot: sampleSnapshot({ prompts: [fresh({ id: 'p2' })] }) }];
    await agent.start();
    await armed(/Connected to the firewall again/);
    assert.equal(requested('decide'), 0);
    press('d');
    await seen(/may not reach/);
  });

  test('puts the terminal back after a signal', async () => {
    await armed(/Allow curl/);
    const pid = execFileSync('pgrep', ['-f', `prompts --socket ${agent.socketPath}$`], { encoding: 'utf8' });
    process.kill(Number(pid.trim().split('\n').at(-1)), 'SIGTERM');
    await assertRestored(143);
  });

  test('takes no key that was typed while it was stopped', async () => {
    await armed(/Allow curl/);
    const [pid = ''] = execFileSync('pgrep', ['-f', `prompts --socket ${agent.socketPath}$`], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .slice(-1);
    process.kill(Number(pid), 'SIGSTOP');
    press('a');
    await delay(1300);
    process.kill(Number(pid), 'SIGCONT');
    await seen(/Too early/);
    await armed(/Allow curl/);
    assert.equal(requested('decide'), 0);
    press('C-c');
    await assertRestored(0);
  });
});
