// `sallyport doctor`: every health check with its remedy; of the machine alone when the agent cannot be asked.
import { FirewallError } from '@sallyport/proto';
import type { HealthCheck, KernelReport } from '@sallyport/proto';
import type { Command, CommandContext } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { checkMachine, thisMachine, withAnswerOfAgent } from '../machine.ts';
import { checkLines } from '../view/checks.ts';
import { kernelReportLines } from '../view/kernel-report.ts';
import { safeText } from '../view/safe-text.ts';
import { isUnwell } from '../view/status.ts';

interface Findings {
  readonly machine: readonly HealthCheck[];
  /** Undefined where the agent could not be asked. */
  readonly agent: readonly HealthCheck[] | undefined;
  readonly agentError: string | undefined;
  /** Undefined unless it was asked for. */
  readonly kernel: KernelReport | undefined;
}

const MEASURED_MS = 2000;

export const doctor: Command = {
  words: ['doctor'],
  summary: 'every health check, with what to do about it',
  positionals: [],
  options: {
    measure: {
      kind: 'flag',
      summary: `and for ${MEASURED_MS / 1000} seconds what each kernel program costs, and what the verdict cache does`,
    },
  },
  details: [
    'Works without the agent too: then it checks the kernel with its modules, cgroup v2, iptables, the socket and your group.',
    `Exit status ${EXIT_CODES.unwell.code} when anything needs attention.`,
  ],
  json: '{machine: HealthCheck[], agent?: HealthCheck[], agentError?: text, kernel?: KernelReport}',
  run: async (context, input) => {
    const findings = await examine(context, input.flags.has('measure'));
    if (context.json) context.print(jsonDocument(findings));
    else report(findings, context);
    const checks = [...findings.machine, ...(findings.agent ?? [])];
    const isWell = findings.agentError === undefined && !checks.some(isUnwell);
    return isWell ? EXIT_CODES.done.code : EXIT_CODES.unwell.code;
  },
};

async function examine(context: CommandContext, isMeasured: boolean): Promise<Findings> {
  const machine = checkMachine(thisMachine(context.socketPath));
  try {
    const agent = context.connect();
    const { health } = await agent.getStatus({});
    const kernel = isMeasured ? await agent.measureKernel({ durationMs: MEASURED_MS }) : undefined;
    return { machine: withAnswerOfAgent(machine), agent: health, agentError: undefined, kernel };
  } catch (failure) {
    if (!(failure instanceof FirewallError)) throw failure;
    return { machine, agent: undefined, agentError: failure.message, kernel: undefined };
  }
}

function report({ machine, agent, agentError, kernel }: Findings, context: CommandContext): void {
  const { print, style } = context;
  print(style.bold('This machine'));
  checkLines(machine, context).forEach(print);
  print('');
  print(style.bold('The agent'));
  if (agentError !== undefined) print(style.bad(safeText(agentError)));
  else if (agent?.length === 0) print('It runs, and reported no checks.');
  else checkLines(agent ?? [], context).forEach(print);
  if (kernel === undefined) return;
  print('');
  print(style.bold('The kernel'));
  kernelReportLines(kernel).forEach(print);
}
