// What doctor and the tray say about the agent: each check with what was found and what to do.
import type { HealthCheck } from './api/ports.ts';
import type { CaptureStats } from './capture/packet-capture.ts';
import { RUNG_LIMITS } from './domain/rung.ts';
import type { CutCounts } from './flow-cutter.ts';
import type { KernelCounters } from './kernel/kernel-programs.ts';
import type { RungReport } from './ladder.ts';

export interface HealthSources {
  readonly rung: RungReport;
  readonly capture: () => CaptureStats;
  readonly kernel: () => KernelCounters;
  readonly history: () => {
    readonly state: HealthCheck['state'];
    readonly text: string;
    readonly remedy: string | undefined;
  };
  /** Why what flows carry is not counted; undefined: it is. */
  readonly whyUncounted: () => string | undefined;
  /** Whether what begins elsewhere is judged. */
  readonly isInboundJudged: () => boolean;
  readonly ruleProblems: () => number;
  readonly netfilter: () => NetfilterHealth;
  readonly cuts: () => CutCounts;
  readonly packetSockets: () => HealthCheck;
}

export interface NetfilterHealth {
  /** How often rules that somebody else changed were put back. */
  readonly restored: number;
  /** Why they could not be put back the last time. */
  readonly failure: string | undefined;
}

export function healthChecks(sources: HealthSources): readonly HealthCheck[] {
  return [
    correlator(sources.rung),
    ...(sources.rung.rung === 'proc' ? [] : [attribution(sources.kernel())]),
    ...(sources.rung.rung === 'packet' ? [traffic(sources.whyUncounted())] : []),
    netfilter(sources.netfilter()),
    inbound(sources.isInboundJudged()),
    queue(sources.capture()),
    rules(sources.ruleProblems()),
    openFlows(sources.cuts()),
    sources.packetSockets(),
    { name: 'history', ...sources.history() },
  ];
}

function correlator({ rung, text, failures, isChosen }: RungReport): HealthCheck {
  const name = 'correlator';
  const reasons = failures.map((failure) => `${failure.rung}: not available because ${failure.reason}`);
  const found = [`${text}.`, RUNG_LIMITS[rung], ...reasons].filter((part) => part !== '').join(' ');
  if (failures.length === 0 || isChosen) return ok(name, found);
  const remedy =
    'docs/attribution.md says what this way does not see. A kernel with the part that is missing has a better one.';
  return { name, state: 'degraded', text: found, remedy };
}

function attribution(counters: KernelCounters): HealthCheck {
  const name = 'bpf';
  if (counters.flowNotStored + counters.eventsLost === 0) {
    return ok(name, 'The kernel programs are loaded and record who sends.');
  }
  return {
    name,
    state: 'degraded',
    text: `${counters.flowNotStored} flows could not be recorded, ${counters.eventsLost} closed sockets were not reported.`,
    remedy:
      'Some program opens sockets faster than the kernel maps hold them: sallyport history --limit 50 shows which.',
  };
}

function traffic(whyUncounted: string | undefined): HealthCheck {
  if (whyUncounted === undefined) return ok('traffic', 'What flows carry is counted.');
  return {
    name: 'traffic',
    state: 'degraded',
    text: `What flows carry is not counted, and what other network namespaces send is not asked about: ${whyUncounted}`,
    remedy: 'Everything else works. Report this with the version of the kernel.',
  };
}

function netfilter({ restored, failure }: NetfilterHealth): HealthCheck {
  const name = 'netfilter';
  if (failure !== undefined) {
    const remedy =
      'Flows may pass unseen. Find out which program changes the rules: nft monitor trace, or restart the agent.';
    return { name, state: 'broken', text: failure, remedy };
  }
  const history =
    restored === 0 ? '' : ` They were put back ${restored} times after another program changed them.`;
  return ok(name, `The rules are in place and first.${history}`);
}

function inbound(isJudged: boolean): HealthCheck {
  if (isJudged) return ok('inbound', 'Incoming connections are asked about, and judged by rules.');
  return ok('inbound-off', 'Incoming connections are not asked about: sallyportd --inbound does that.');
}

function queue(stats: CaptureStats): HealthCheck {
  const lost = stats.droppedByKernel + stats.droppedForUser;
  if (lost === 0)
    return ok('queue', `${stats.received} packets taken, ${stats.unanswered} waiting, none lost.`);
  return {
    name: 'queue',
    state: 'degraded',
    text: `The queue was full or too slow for ${lost} packets.`,
    remedy:
      'Senders try again by themselves. If it goes on, see which program sends so much: sallyport history.',
  };
}

function rules(problems: number): HealthCheck {
  if (problems === 0) return ok('rules', 'All rule files are in force.');
  const text = `${problems} problems in rule files; their last good versions stay in force.`;
  return {
    name: 'rules',
    state: 'degraded',
    text,
    remedy: 'sallyport rules list shows file, line and reason.',
  };
}

function openFlows({ cut, notCut }: CutCounts): HealthCheck {
  const name = 'open-flows';
  if (notCut === 0) return ok(name, `${cut} open flows were cut by rules that changed.`);
  const text = `${notCut} open flows go on that rules deny: this kernel cannot end the sockets of others.`;
  const remedy =
    'End those programs, or use a kernel with CONFIG_INET_DIAG_DESTROY: sallyport history shows them.';
  return { name, state: 'degraded', text, remedy };
}

function ok(name: string, text: string): HealthCheck {
  return { name, state: 'ok', text, remedy: undefined };
}
