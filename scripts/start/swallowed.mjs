// Arguments that npm took for itself because `--` was missing before them: `npm start --strict` would start an agent that is not strict.
import { SetupFailure } from '../setup/failure.mjs';

const SWITCHES = ['strict', 'log-json', 'cleanup', 'front-end'];

/** Throws SetupFailure where npm swallowed a switch of the agent. It leaves the switch in the environment. */
export function refuseSwallowedSwitches(environment = process.env) {
  const swallowed = SWITCHES.filter((name) => environment[`npm_config_${name.replaceAll('-', '_')}`]);
  if (swallowed.length === 0) return;
  const words = swallowed.map((name) => `--${name}`).join(' ');
  throw new SetupFailure(`npm took ${words} for itself, so the agent would not see it.`, {
    remedy: `Put \`--\` before it: npm start -- ${words}`,
  });
}
