// `sallyport doctor`: every health check with its remedy; of the machine alone when the agent cannot be asked.
import { FirewallError } from '@sallyport/proto';
import type { HealthCheck } from '@sallyport/proto';
import type { Command, CommandContext } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { checkMachine, thisMachine } from '../machine.ts';
import { checkLines } from '../view/checks.ts';
import { safeText } from '../view/safe-text.ts';
import { isUnwell } from '../view/status.ts';

interface Findings {
  readonly machine: readonly HealthCheck[];
  /** Undefined where the agent could not be asked. */
  readonly agent: readonly HealthCheck[] | undefined;
  readonly agentError: string | undefined;
}

export const doctor: Command = {
  words: ['doctor'],
  summary: 'every health check, with what to do about it',
  positionals: [],
  options: {},
  details: [
    'Works without the agent too: then it checks the kernel, cgroup v2, iptables, the socket and your group.',
    `Exit status ${EXIT_CODES.unwell.code} when anything needs attention.`,
  ],
  json: '{machine: HealthCheck[], agent?: HealthCheck[], agentError?: text}',
  run: async (context) => {
    const findings = await examine(context);
    if (context.json) context.print(jsonDocument(findings));
    else report(findings, context);
    const checks = [...findings.machine, ...(findings.agent ?? [])];
    const isWell = findings.agentError === undefined && !checks.some(isUnwell);
    return isWell ? EXIT_CODES.done.code : EXIT_CODES.unwell.code;
  },
};

async function examine(context: CommandContext): Promise<Findings> {
  const machine = checkMachine(thisMachine(context.socketPath));
  try {
    const { health } = await context.connect().getStatus({});
    return { machine, agent: health, agentError: undefined };
  } catch (failure) {
    if (!(failure instanceof FirewallError)) throw failure;
    return { machine, agent: undefined, agentError: failure.message };
  }
}

function report({ machine, agent, agentError }: Findings, context: CommandContext): void {
  const { print, style } = context;
  print(style.bold('This machine'));
  checkLines(machine, context).forEach(print);
  print('');
  print(style.bold('The agent'));
  if (agentError !== undefined) print(style.bad(safeText(agentError)));
  else if (agent?.length === 0) print('It runs, and reported no checks.');
  else checkLines(agent ?? [], context).forEach(print);
}
