// One run of agent and front end, with small programs in their places: who ends first, who follows, what is cleaned up.
import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after as afterAll, before, describe, test } from 'node:test';
import { holdLifeline, splitLifeline } from './start/as-root.mjs';
import { carryingWords, graphicalSession, hasDisplay } from './start/display.mjs';
import { findFacts, planFrontEnds, splitFrontEnd } from './start/front-end-choice.mjs';
import { refuseSwallowedSwitches } from './start/swallowed.mjs';
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
const KILLED_AGENT = AGENT.replace(
  'setInterval(() => {}, 1000);',
  "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1500);",
);
const FRONT_END = `${NOTE}
process.on('SIGTERM', () => { note('front end SIGTERM'); process.exit(0); });
note('front end ' + process.argv.slice(2).join(' '));
setInterval(() => {}, 1000);`;

// The driver stands for start.mjs: the same supervision, with those programs.
const DRIVER = `import { superviseSession } from ${JSON.stringify(join(rootFolder, 'scripts/start/session.mjs'))};
const [agentMain, argumentText, ...mains] = process.argv.slice(2);
const frontEnds = mains.map((main, index) => ({ title: 'front end ' + (index + 1), words: [process.execPath, main, 'prompts'] }));
process.exitCode = await superviseSession({ agentMain, frontEnds, agentArguments: JSON.parse(argumentText), hasTerminal: mains.length > 0,
  onStopRequest: (stop) => process.on('SIGTERM', () => stop('SIGTERM')) });`;

/** Runs a session; `whenNoted(text, child)` is called for what agent and front end write. Resolves with code, notes and stderr. */
function session(name, { agent = AGENT, frontEnds = [FRONT_END], agentArguments = ['--strict'], stopAfter }) {
  const file = (suffix, text) => (
    writeFileSync(join(folder, `${name}${suffix}`), text),
    join(folder, `${name}${suffix}`)
  );
  const notes = file('.notes', '');
  const words = [
    file('-driver.mjs', DRIVER),
    file('-agent.mjs', agent),
    JSON.stringify(agentArguments),
    ...frontEnds.map((text, index) => file(`-front-end-${index}.mjs`, text)),
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
    const { code, notes } = await session('leave', { frontEnds: [`${NOTE} note('front end left');`] });
    deepEqual(notes, ['agent --strict', 'front end left', 'agent SIGTERM']);
    equal(code, 0);
  });

  test('a front end that keeps crashing is started three times more, then the agent is stopped', async () => {
    const { code, notes } = await session('crashing', {
      frontEnds: [`${NOTE} note('front end'); process.exit(9);`],
    });
    deepEqual(notes, ['agent --strict', 'front end', 'front end', 'front end', 'front end', 'agent SIGTERM']);
    equal(code, 1);
  });

  test('a front end that cannot be used gives way to the next, and the person is told', async () => {
    const frontEnds = [`${NOTE} note('no window'); process.exit(3);`, FRONT_END];
    const { code, notes, stderr } = await session('unfit', { frontEnds, stopAfter: 'front end prompts' });
    deepEqual(notes, [
      'agent --strict',
      'no window',
      'front end prompts',
      'front end SIGTERM',
      'agent SIGTERM',
    ]);
    equal(code, 0);
    match(stderr, /Front end: front end 2, because front end 1 failed\./);
  });

  test('an agent that crashes is cleaned up after, and the front end is ended', async () => {
    const { code, notes, stderr } = await session('crash', {
      agent: KILLED_AGENT,
      agentArguments: ['--log-json'],
    });
    deepEqual(notes, ['agent --log-json', 'front end prompts', 'front end SIGTERM', 'cleanup']);
    equal(code, 137);
    match(stderr, /The agent crashed \(code 137\); removing what it left behind/);
  });

  test('a strict agent that crashes is left closed, and two ways out are named', async () => {
    const { code, notes, stderr } = await session('strict-crash', { agent: KILLED_AGENT });
    deepEqual(notes, ['agent --strict', 'front end prompts', 'front end SIGTERM']);
    equal(code, 137);
    match(stderr, /The agent crashed \(code 137\)\. It ran with --strict: new connections stay blocked\./);
    match(stderr, /To filter again: npm start -- --strict\n/);
    match(stderr, /To open the network, as root: .*sallyportd\.mjs --cleanup\n/);
  });

  test('an agent that does not start is cleaned up after, and no front end appears', async () => {
    const agent = `${NOTE} if (process.argv[2] === '--cleanup') note('cleanup'); else process.exit(3);`;
    const { code, notes, stderr } = await session('refused', { agent });
    deepEqual(notes, ['cleanup']);
    equal(code, 3);
    match(stderr, /did not start \(code 3\)/);
  });

  test('without a front end the agent runs alone', async () => {
    const { code, notes } = await session('alone', { frontEnds: [], stopAfter: 'agent --strict' });
    equal(code, 0);
    deepEqual(notes, ['agent --strict', 'agent SIGTERM']);
  });
});

describe('the choice of a front end', () => {
  const ALL = { hasTerminal: true, hasDisplay: true, electron: ['/e/electron', '/app'] };
  const titles = (choice, facts) =>
    planFrontEnds(choice, { ...ALL, ...facts }).attempts.map(({ title }) => title);

  test('is Electron, else a browser window, else this terminal, else nobody', () => {
    deepEqual(titles(undefined, {}), ['Electron', 'a browser window', 'this terminal']);
    deepEqual(titles(undefined, { electron: undefined }), ['a browser window', 'this terminal']);
    deepEqual(titles(undefined, { hasDisplay: false }), ['this terminal']);
    deepEqual(titles(undefined, { hasDisplay: false, hasTerminal: false }), []);
  });
  test('begins with the one that was asked for, and goes on from there', () => {
    deepEqual(titles('web', {}), ['a browser window', 'this terminal']);
    deepEqual(titles('terminal', {}), ['this terminal']);
    deepEqual(titles('none', {}), []);
    deepEqual(titles('web', { hasDisplay: false, hasTerminal: false }), []);
  });
  test('is said in one line with its reasons', () => {
    equal(
      planFrontEnds(undefined, { hasTerminal: true, hasDisplay: false, electron: undefined }).text,
      'Front end: this terminal (Electron: its binary is not installed; a browser window: no display).',
    );
    equal(planFrontEnds('none', ALL).text, 'Front end: none, as chosen.');
    match(
      planFrontEnds('web', { ...ALL, hasDisplay: false, hasTerminal: false }).text,
      /none, the agent runs alone/,
    );
  });
  test('is taken out of the words for the agent', () => {
    deepEqual(splitFrontEnd(['--strict', '--front-end', 'web', '-x']), {
      choice: 'web',
      rest: ['--strict', '-x'],
    });
    deepEqual(splitFrontEnd(['--front-end=none']), { choice: 'none', rest: [] });
    deepEqual(splitFrontEnd(['--strict']), { choice: undefined, rest: ['--strict'] });
    for (const words of [['--front-end'], ['--front-end', 'gui'], ['--front-end=web', '--front-end=web']])
      match(splitFrontEnd(words).problem ?? '', /electron, web, terminal, none/);
  });
  test('finds Electron by its program and the entry of the application', () => {
    const root = join(folder, 'checkout');
    const write = (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    write('apps/desktop/package.json', '{ "main": "build/main.js" }');
    write('node_modules/electron/dist/electron', '');
    equal(findFacts({ root }).electron, undefined);
    write('apps/desktop/build/main.js', '');
    deepEqual(findFacts({ root }).electron, [
      join(root, 'node_modules/electron/dist/electron'),
      join(root, 'apps/desktop'),
    ]);
  });
});

test('a graphical session crosses sudo in one variable', () => {
  const session = { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: '/run/user/1000' };
  const [command, setting] = carryingWords({ ...session, HOME: '/home/alice', XAUTHORITY: '' });
  equal(command, 'env');
  const [name, ...value] = setting.split('=');
  deepEqual(graphicalSession({ DISPLAY: ':9', [name]: value.join('=') }), session);
  equal(hasDisplay(graphicalSession({})), false);
  deepEqual(carryingWords({ HOME: '/root', XDG_RUNTIME_DIR: '/run/user/0' }), []);
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

test('a switch that npm took for itself stops the start, with what to type', () => {
  throws(
    () => refuseSwallowedSwitches({ npm_config_strict: 'true', npm_config_log_json: 'true' }),
    /npm start -- --strict --log-json$/,
  );
  refuseSwallowedSwitches({ npm_config_fund: 'true', npm_config_strict: '' });
});

// npm runs a script through a shell, and a shell that stays between them ends at SIGTERM without telling anybody.
test('SIGTERM to npm reaches the script', { timeout: 60_000 }, async () => {
  const { scripts } = JSON.parse(readFileSync(join(rootFolder, 'package.json'), 'utf8'));
  const project = join(folder, 'project');
  mkdirSync(join(project, 'scripts'), { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ scripts: { start: scripts.start } }));
  writeFileSync(
    join(project, 'scripts/start.mjs'),
    "process.on('SIGTERM', () => { console.log('told'); process.exit(0); }); setTimeout(() => process.exit(1), 20_000); console.log('up');",
  );
  const npm = spawn('npm', ['start', '--silent'], { cwd: project, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  npm.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    if (text.includes('up')) npm.kill('SIGTERM');
  });
  await new Promise((resolve) => npm.on('close', resolve));
  equal(output, 'up\ntold\n');
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
