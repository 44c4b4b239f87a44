// The ladder of correlators on the running kernel. Rungs that it does not offer are skipped with the agent's own reason.
import { RUNGS } from '../../apps/agent/src/domain/rung.ts';
import { checkRung } from './ladder-checks.ts';

for (const rung of RUNGS) checkRung(rung, undefined);
