// One run of agent and front end, with small programs in their places: who ends first, who follows, what is cleaned up.
import { deepEqual, equal, match } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after as afterAll, before, describe, test } from 'node:test';
import { holdLifeline, splitLifeline } from './start/as-root.mjs';
import { RestartBudget } from './start/restart-budget.mjs';
import { nodeBinary, rootFolder } from './setup/privileges.mjs';

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'sallyport-start-test-'))));
afterAll(() => rmSync(folder, { recursive: true }));

// Both write what happens to them into one file, in order.
const NOTE =
  "import { appendFileSync, writeSync } from 'node:fs'; const note = (text) => appendFileSync(process.env.NOTES, text + '\\n');";
const AGENT = `${NOTE}
if (process.argv[2] === '--cleanup') { note('cleanup'); process.exit(0); }
process.on('SIGTERM', () => { note('agent SIGTERM'); process.exit(0); });
note('agent ' + process.argv.slice(2).join(' '));
writeSync(Number(process.env.SALLYPORT_READY_FD), 'READY\\n');
setInterval(() => {}, 1000);`;
const FRONT_END = `${NOTE}
process.on('SIGTERM', () => { note('front end SIGTERM'); process.exit(0); });
note('front end ' + process.argv.slice(2).join(' '));
setInterval(() => {}, 1000);`;

// The driver stands for start.mjs: the same supervision, with those programs.
const DRIVER = `import { superviseSession } from ${JSON.stringify(join(rootFolder, 'scripts/start/session.mjs'))};
const [agentMain, frontEndMain] = process.argv.slice(2);
process.exitCode = await superviseSession({ agentMain, frontEndMain, agentArguments: ['--strict'], hasTerminal: frontEndMain !== 'none',
  onStopRequest: (stop) => process.on('SIGTERM', () => stop('SIGTERM')) });`;

/** Runs a session; `whenNoted(text, child)` is called for what agent and front end write. Resolves with code, notes and stderr. */
function session(name, { agent = AGENT, frontEnd = FRONT_END, stopAfter }) {
  const file = (suffix, text) => (
    writeFileSync(join(folder, `${name}${suffix}`), text),
    join(folder, `${name}${suffix}`)
  );
  const notes = file('.notes', '');
  const words = [
    file('-driver.mjs', DRIVER),
    file('-agent.mjs', agent),
    frontEnd === 'none' ? 'none' : file('-front-end.mjs', frontEnd),
  ];
  const child = spawn(nodeBinary, words, {
    env: { ...process.env, NOTES: notes },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const noted = () => readFileSync(notes, 'utf8').trim().split('\n');
  const poll = setInterval(
    () => noted().includes(stopAfter) && (clearInterval(poll), child.kill('SIGTERM')),
    20,
  );
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearInterval(poll);
      resolve({ code, notes: noted(), stderr });
    }),
  );
}

describe('a session', () => {
  test('SIGTERM ends the front end first, then the agent', async () => {
    const { code, notes } = await session('stop', { stopAfter: 'front end prompts' });
    deepEqual(notes, ['agent --strict', 'front end prompts', 'front end SIGTERM', 'agent SIGTERM']);
    equal(code, 0);
  });

  test('the person leaves the prompts: the agent ends in order', async () => {
    const { code, notes } = await session('leave', { frontEnd: `${NOTE} note('front end left');` });
    deepEqual(notes, ['agent --strict', 'front end left', 'agent SIGTERM']);
    equal(code, 0);
  });

  test('a front end that keeps crashing is started three times more, then the agent is stopped', async () => {
    const { code, notes } = await session('crashing', {
      frontEnd: `${NOTE} note('front end'); process.exit(9);`,
    });
    deepEqual(notes, ['agent --strict', 'front end', 'front end', 'front end', 'front end', 'agent SIGTERM']);
    equal(code, 1);
  });

  test('an agent that crashes is cleaned up after, and the front end is ended', async () => {
    const agent = AGENT.replace(
      'setInterval(() => {}, 1000);',
      "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1500);",
    );
    const { code, notes, stderr } = await session('crash', { agent });
    deepEqual(notes, ['agent --strict', 'front end prompts', 'front end SIGTERM', 'cleanup']);
    equal(code, 137);
    match(stderr, /The agent crashed \(code 137\)/);
  });

  test('an agent that does not start is cleaned up after, and no front end appears', async () => {
    const agent = `${NOTE} if (process.argv[2] === '--cleanup') note('cleanup'); else process.exit(3);`;
    const { code, notes, stderr } = await session('refused', { agent });
    deepEqual(notes, ['cleanup']);
    equal(code, 3);
    match(stderr, /did not start \(code 3\)/);
  });

  test('without a terminal the agent runs alone', async () => {
    const { code, notes } = await session('alone', { frontEnd: 'none', stopAfter: 'agent --strict' });
    equal(code, 0);
    deepEqual(notes, ['agent --strict', 'agent SIGTERM']);
  });
});

test('three restarts within a minute are the limit, and an hour later there are three again', () => {
  const budget = new RestartBudget({ limit: 3, windowMs: 60_000 });
  deepEqual(
    [0, 10, 20, 59_999].map((nowMs) => budget.take(nowMs)),
    [true, true, true, false],
  );
  equal(budget.take(60_000), true);
  deepEqual(
    [1, 2, 3, 4].map((step) => budget.take(3_600_000 + step)),
    [true, true, true, false],
  );
});

test("the script's own argument is taken out of those for the agent", () => {
  deepEqual(splitLifeline(['--lifeline=/run/x', '--strict']), {
    lifeline: '/run/x',
    agentArguments: ['--strict'],
  });
  deepEqual(splitLifeline(['--strict', '--lifeline=/run/x']).lifeline, undefined);
});

test('a lifeline that is cut or was never there asks for a stop', async () => {
  const path = join(folder, 'lifeline');
  await new Promise((resolve) => holdLifeline(path, resolve));
  equal(existsSync(path), false);
  const server = createServer((socket) => setTimeout(() => socket.destroy(), 20)).listen(path);
  await new Promise((resolve) => server.on('listening', resolve));
  await new Promise((resolve) => holdLifeline(path, resolve));
  server.close();
});
