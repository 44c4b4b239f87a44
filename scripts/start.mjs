// `npm start`: setup, then the agent as root in the foreground together with a front end: a window where there is a display, else
// the prompts in this terminal. Arguments after `--` go to the agent, but for `--front-end electron|web|terminal|none`.
import { fileURLToPath } from 'node:url';
import { setupOrExit } from './setup.mjs';
import { orExplain } from './setup/failure.mjs';
import { isRoot, sudoUser } from './setup/privileges.mjs';
import { graphicalSession, hasDisplay } from './start/display.mjs';
import { findFacts, planFrontEnds, splitFrontEnd } from './start/front-end-choice.mjs';
import { holdLifeline, splitLifeline, startAsRoot } from './start/as-root.mjs';
import { say } from './setup/progress.mjs';
import { superviseSession } from './start/session.mjs';
import { refuseSwallowedSwitches } from './start/swallowed.mjs';

await orExplain(refuseSwallowedSwitches);
const { lifeline, agentArguments: typed } = splitLifeline(process.argv.slice(2));
const { choice, rest: agentArguments, problem } = splitFrontEnd(typed);
if (problem !== undefined) {
  say(problem);
  process.exit(2);
}
if (lifeline === undefined) await setupOrExit();
process.exitCode = await orExplain(() =>
  isRoot() ? superviseAsRoot() : startAsRoot(fileURLToPath(import.meta.url), typed),
);

function superviseAsRoot() {
  const account = sudoUser();
  const mayDecide = account === undefined ? [] : ['--allow-uid', String(account.uid)];
  const session = graphicalSession();
  const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const { attempts, text } = planFrontEnds(
    choice,
    findFacts({ hasTerminal, hasDisplay: hasDisplay(session) }),
  );
  say(text);
  return superviseSession({
    account,
    session,
    agentArguments: [...mayDecide, ...agentArguments],
    frontEnds: attempts,
    hasTerminal,
    onStopRequest: (stop) => {
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => stop(signal));
      if (lifeline !== undefined) holdLifeline(lifeline, () => stop('SIGTERM'));
    },
  });
}
