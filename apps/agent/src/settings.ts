// What the agent is started with: command line options over defaults. No settings file yet: few things can be set.
import { parseArgs } from 'node:util';
import { RUNGS } from './domain/rung.ts';
import type { Rung } from './domain/rung.ts';

export interface Settings {
  readonly rulesDirectory: string;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  readonly queue: number;
  /** How long a question waits while a client is connected. */
  readonly promptTimeoutMs: number;
  /** How long a question waits while nobody is there to see it. */
  readonly noClientTimeoutMs: number;
  readonly strict: boolean;
  /** Whether the kernel may decide what the rules decided before. */
  readonly verdictCache: boolean;
  /** The rung of the ladder to take; 'auto': the best one that works. */
  readonly correlator: Rung | 'auto';
  /** What a program is told whose flow the kernel denies by itself. */
  readonly denyError: 'EPERM' | 'ECONNREFUSED';
  /** Whether what other network namespaces send through this one is asked about. */
  readonly forwarded: boolean;
  /** Where the directories of container runtimes are: their words about containers are read there. */
  readonly containerRoot: string;
  readonly unknownFlows: 'ask' | 'allow' | 'deny';
  /** A user besides root and group `sallyport` who may decide. */
  readonly allowedUid: number | undefined;
  readonly logFile: string | undefined;
  readonly logJson: boolean;
  /** Only remove what a crashed agent left behind. */
  readonly cleanup: boolean;
}

export const USAGE = `sallyportd: the agent of Sallyport. Needs root.

  --rules DIR              rule files              (default /etc/sallyport/rules)
  --state DIR              history, last good rules (default /var/lib/sallyport)
  --runtime DIR            socket, lock, pins       (default /run/sallyport)
  --queue N                NFQUEUE number           (default 4870)
  --prompt-timeout SECONDS how long a question waits for an answer           (default 120)
  --no-client-timeout SECONDS  the same while no client is connected         (default 10)
  --unknown ask|allow|deny what happens to flows that no rule knows          (default ask)
  --deny-error EPERM|ECONNREFUSED  what a program is told that a known deny refuses: docs/rules.md  (default EPERM)
  --correlator auto|packet|sock-ops|kprobe|proc  how processes are found: docs/attribution.md  (default auto)
  --strict                 close what can be closed when something fails: docs/security.md
  --no-forwarded           leave out what containers and other network namespaces send through this one
  --container-root DIR     where var/lib/docker and the like of container runtimes are  (default /)
  --no-verdict-cache       decide every flow in the agent, none in the kernel: slower, to find faults
  --allow-uid UID          this user may decide too, besides root and group sallyport
  --log-file FILE          write the log there instead of standard error
  --log-json               one JSON object a line
  --cleanup                remove what a crashed agent left behind, and end
`;

const OPTIONS = {
  rules: { type: 'string', default: '/etc/sallyport/rules' },
  state: { type: 'string', default: '/var/lib/sallyport' },
  runtime: { type: 'string', default: '/run/sallyport' },
  queue: { type: 'string', default: '4870' },
  'prompt-timeout': { type: 'string', default: '120' },
  'no-client-timeout': { type: 'string', default: '10' },
  unknown: { type: 'string', default: 'ask' },
  'deny-error': { type: 'string', default: 'EPERM' },
  correlator: { type: 'string', default: 'auto' },
  'no-forwarded': { type: 'boolean', default: false },
  'container-root': { type: 'string', default: '/' },
  strict: { type: 'boolean', default: false },
  'no-verdict-cache': { type: 'boolean', default: false },
  'allow-uid': { type: 'string' },
  'log-file': { type: 'string' },
  'log-json': { type: 'boolean', default: false },
  cleanup: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** A sentence for a person: which option is wrong and what it takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Undefined where only the help was asked for. Throws UsageError. */
export function readSettings(args: readonly string[]): Settings | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  return {
    rulesDirectory: values.rules,
    stateDirectory: values.state,
    runtimeDirectory: values.runtime,
    queue: integer('queue', values.queue, [0, 65_535]),
    promptTimeoutMs: seconds('prompt-timeout', values['prompt-timeout']),
    noClientTimeoutMs: seconds('no-client-timeout', values['no-client-timeout']),
    strict: values.strict,
    verdictCache: !values['no-verdict-cache'],
    correlator: correlator(values.correlator),
    denyError: denyError(values['deny-error']),
    forwarded: !values['no-forwarded'],
    containerRoot: values['container-root'],
    unknownFlows: unknownFlows(values.unknown),
    allowedUid:
      values['allow-uid'] === undefined
        ? undefined
        : integer('allow-uid', values['allow-uid'], [0, 0xffff_fffe]),
    logFile: values['log-file'],
    logJson: values['log-json'],
    cleanup: values.cleanup,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function integer(option: string, text: string, [minimum, maximum]: readonly [number, number]): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw new UsageError(`--${option} takes a whole number from ${minimum} to ${maximum}, not '${text}'`);
}

function seconds(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 3600) return value * 1000;
  throw new UsageError(`--${option} takes seconds, above 0 and at most 3600, not '${text}'`);
}

function unknownFlows(text: string): Settings['unknownFlows'] {
  if (text === 'ask' || text === 'allow' || text === 'deny') return text;
  throw new UsageError(`--unknown takes ask, allow or deny, not '${text}'`);
}

function correlator(text: string): Settings['correlator'] {
  const found = (['auto', ...RUNGS] as const).find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`--correlator takes auto, ${RUNGS.join(', ')}, not '${text}'`);
}

function denyError(text: string): Settings['denyError'] {
  if (text === 'EPERM' || text === 'ECONNREFUSED') return text;
  throw new UsageError(`--deny-error takes EPERM or ECONNREFUSED, not '${text}'`);
}
