// One run of agent and front end, from start to orderly end: whoever ends first, the other one follows, and nothing stays behind.
import { readFileSync } from 'node:fs';
import { outputTail } from '../setup/command.mjs';
import { say } from '../setup/progress.mjs';
import { AgentProcess } from './agent-process.mjs';
import { openLog } from './agent-log.mjs';
import { FrontEnd } from './front-end.mjs';

/**
 * Resolves with the exit code. `onStopRequest(stop)` connects the signals: stop(signal) asks for an orderly end.
 * `agentMain` and `frontEndMain` can be other files for tests.
 */
export async function superviseSession({
  account,
  agentArguments,
  hasTerminal,
  onStopRequest,
  agentMain,
  frontEndMain,
}) {
  const log = hasTerminal ? openLog() : undefined;
  const agent = new AgentProcess({ log: log?.descriptor ?? 'inherit', main: agentMain });
  const stopRequest = new Promise((resolve) => onStopRequest(resolve));
  const started = await Promise.race([agent.start(agentArguments), stopRequest.then(() => 'stop')]);
  if (started === 'stop') return stopAgent(agent, log, 0);
  if (started !== 'ready') return reportFailedStart({ agent, log, started });
  if (log !== undefined) say(`The agent is ready. Its log: ${log.path}`);

  const frontEnd = hasTerminal ? new FrontEnd({ account, main: frontEndMain }) : undefined;
  const frontEndEnded = frontEnd?.run() ?? new Promise(() => {});
  const event = await Promise.race([
    stopRequest.then((signal) => ({ kind: 'stop', signal })),
    agent.ended.then((code) => ({ kind: 'agentEnded', code })),
    frontEndEnded.then((how) => ({ kind: 'frontEndEnded', how })),
  ]);
  if (event.kind !== 'frontEndEnded')
    await frontEnd?.stop(frontEndEnded, { hasSignal: event.signal === 'SIGINT' });
  if (event.kind === 'agentEnded') return reportEnd(agent, log, event.code);
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

async function reportEnd(agent, log, code) {
  if (code === 0) {
    say('The agent was stopped from elsewhere.');
    return 0;
  }
  say(`The agent crashed (code ${code}); removing what it left behind.`);
  await cleanUp(agent, log);
  return code;
}

async function cleanUp(agent, log) {
  if (log !== undefined) say(`The end of ${log.path}:\n${outputTail(readFileSync(log.path, 'utf8'), 10)}`);
  if (await agent.cleanUp()) return;
  say('Could not clean up. As root, run: node_modules/.bin/node apps/agent/src/main.ts --cleanup');
}
