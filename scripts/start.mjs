// `npm start`: setup, then the agent as root in the foreground together with the prompts in this terminal. Arguments after `--`
// go to the agent. Without a terminal the agent runs alone and logs to stderr.
import { fileURLToPath } from 'node:url';
import { setupOrExit } from './setup.mjs';
import { orExplain } from './setup/failure.mjs';
import { isRoot, sudoUser } from './setup/privileges.mjs';
import { holdLifeline, splitLifeline, startAsRoot } from './start/as-root.mjs';
import { superviseSession } from './start/session.mjs';

const { lifeline, agentArguments } = splitLifeline(process.argv.slice(2));
if (lifeline === undefined) await setupOrExit();
process.exitCode = await orExplain(() =>
  isRoot() ? superviseAsRoot() : startAsRoot(fileURLToPath(import.meta.url), agentArguments),
);

function superviseAsRoot() {
  const account = sudoUser();
  const mayDecide = account === undefined ? [] : ['--allow-uid', String(account.uid)];
  return superviseSession({
    account,
    agentArguments: [...mayDecide, ...agentArguments],
    hasTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
    onStopRequest: (stop) => {
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => stop(signal));
      if (lifeline !== undefined) holdLifeline(lifeline, () => stop('SIGTERM'));
    },
  });
}
