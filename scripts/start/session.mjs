// One run of agent and front end, from start to orderly end: whoever ends first, the other one follows, and nothing stays behind.
import { readFileSync } from 'node:fs';
import { outputTail } from '../setup/command.mjs';
import { say } from '../setup/progress.mjs';
import { AgentProcess } from './agent-process.mjs';
import { openLog } from './agent-log.mjs';
import { FrontEnds } from './front-end.mjs';

const CLEANUP_COMMAND = 'node_modules/.bin/node apps/agent/sallyportd.mjs --cleanup';

/**
 * Resolves with the exit code. `onStopRequest(stop)` connects the signals: stop(signal) asks for an orderly end.
 * `frontEnds` are the attempts of planFrontEnds(), with none the agent runs alone; `agentMain` can be another file for tests.
 */
export async function superviseSession({
  account,
  session,
  agentArguments,
  frontEnds,
  hasTerminal,
  onStopRequest,
  agentMain,
}) {
  const log = hasTerminal && frontEnds.length > 0 ? openLog() : undefined;
  const agent = new AgentProcess({ log: log?.descriptor ?? 'inherit', main: agentMain });
  const stopRequest = new Promise((resolve) => onStopRequest(resolve));
  const started = await Promise.race([agent.start(agentArguments), stopRequest.then(() => 'stop')]);
  if (started === 'stop') return stopAgent(agent, log, 0);
  if (started !== 'ready') return reportFailedStart({ agent, log, started });
  if (log !== undefined) say(`The agent is ready. Its log: ${log.path}`);

  const frontEnd = frontEnds.length > 0 ? new FrontEnds(frontEnds, { account, session }) : undefined;
  const frontEndEnded = frontEnd?.run() ?? new Promise(() => {});
  const event = await Promise.race([
    stopRequest.then((signal) => ({ kind: 'stop', signal })),
    agent.ended.then((code) => ({ kind: 'agentEnded', code })),
    frontEndEnded.then((how) => ({ kind: 'frontEndEnded', how })),
  ]);
  if (event.kind !== 'frontEndEnded')
    await frontEnd?.stop(frontEndEnded, { hasSignal: event.signal === 'SIGINT' });
  if (event.kind === 'agentEnded')
    return reportEnd({ agent, log, code: event.code, isStrict: agentArguments.includes('--strict') });
  if (event.how === 'crashed')
    say('The front end keeps failing; stopping the agent. `npm run doctor` may say more.');
  return stopAgent(agent, log, event.how === 'crashed' ? 1 : 0);
}

async function stopAgent(agent, log, exitCode) {
  if (await agent.stop()) return exitCode;
  say('The agent did not end by itself and was killed; removing what it left behind.');
  await cleanUp(agent, log);
  return exitCode === 0 ? 1 : exitCode;
}

async function reportFailedStart({ agent, log, started }) {
  const code = started === 'timeout' ? undefined : await agent.ended;
  if (started === 'timeout') await agent.stop();
  say(
    started === 'timeout'
      ? 'The agent was not ready after 30 s; stopped it.'
      : `The agent did not start (code ${code}).`,
  );
  await cleanUp(agent, log);
  return code || 1;
}

async function reportEnd({ agent, log, code, isStrict }) {
  if (code === 0) {
    say('The agent was stopped from elsewhere.');
    return 0;
  }
  if (isStrict) {
    showLogEnd(log);
    sayStaysClosed(code);
    return code;
  }
  say(`The agent crashed (code ${code}); removing what it left behind.`);
  await cleanUp(agent, log);
  return code;
}

/** What the failure table says for agentCrashed: only a person opens what a strict agent left closed. */
function sayStaysClosed(code) {
  say(`The agent crashed (code ${code}). It ran with --strict: new connections stay blocked.`);
  say('To filter again: npm start -- --strict');
  say(`To open the network, as root: ${CLEANUP_COMMAND}`);
}

async function cleanUp(agent, log) {
  showLogEnd(log);
  if (await agent.cleanUp()) return;
  say(`Could not clean up; the log says why. When that is mended, as root: ${CLEANUP_COMMAND}`);
}

function showLogEnd(log) {
  if (log !== undefined) say(`The end of ${log.path}:\n${outputTail(readFileSync(log.path, 'utf8'), 10)}`);
}
