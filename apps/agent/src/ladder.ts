// The ladder of correlators: takes the best rung that works on this kernel, and keeps why better ones do not. What works is found
// out by doing it: programs are loaded and attached, rules are tried.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PushedOut } from './correlator/pushed-out.ts';
import { PacketCorrelator } from './correlator/rung-1-packet.ts';
import { SockOpsCorrelator } from './correlator/rung-2-sock-ops.ts';
import { KprobeCorrelator } from './correlator/rung-3-kprobe.ts';
import { ProcCorrelator } from './correlator/rung-4-proc.ts';
import { RUNGS, rungText } from './domain/rung.ts';
import type { Rung, RungFailure } from './domain/rung.ts';
import { plainOutgoingChain } from './firewall/chains.ts';
import { Firewall } from './firewall/firewall.ts';
import type { NetfilterRules } from './firewall/firewall.ts';
import { NftTable } from './firewall/nft-table.ts';
import { possibleDenyError } from './kernel/deny-error.ts';
import type { OwnerStruct } from './kernel/gen/structs.ts';
import type { InboundMaps } from './kernel/inbound-maps.ts';
import { isSeenRunning, isShared } from './kernel/owner-evidence.ts';
import { KernelPrograms } from './kernel/kernel-programs.ts';
import type { KernelSide } from './kernel/kernel-side.ts';
import { KprobePrograms } from './kernel/kprobe-programs.ts';
import { NoHooks } from './kernel/no-hooks.ts';
import type { Correlator } from './pipeline-ports.ts';
import type { Log } from './platform/log.ts';
import type { OwnNamespaces } from './platform/own-namespaces.ts';
import { candidateSockets } from './platform/packet-sockets.ts';
import { endedChildren, hasSocketOpen, ownerOfProcess, socketHolders } from './platform/process-owner.ts';
import type { RuntimeDirectory } from './platform/runtime-directory.ts';
import type { Settings } from './settings.ts';

const OBJECTS = fileURLToPath(new URL('../../../bpf/build/', import.meta.url));

/** What status and doctor say of it. */
export interface RungReport {
  readonly rung: Rung;
  readonly text: string;
  /** Better rungs that do not work here. */
  readonly failures: readonly RungFailure[];
  /** A person chose it. */
  readonly isChosen: boolean;
}

export interface TakenRung {
  readonly kernel: KernelSide;
  readonly correlator: Correlator;
  readonly netfilter: Netfilter;
  /** Where what begins elsewhere is judged. */
  readonly inboundMaps: InboundMaps | undefined;
  readonly report: RungReport;
}

/** How packets get to the queue. */
export interface Netfilter {
  readonly by: 'iptables' | 'nftables';
  readonly rules: NetfilterRules;
}

export interface LadderOptions {
  readonly settings: Pick<
    Settings,
    'correlator' | 'denyError' | 'forwarded' | 'inbound' | 'queue' | 'strict'
  >;
  readonly runtime: RuntimeDirectory;
  readonly namespaces: OwnNamespaces;
  readonly log: Log;
  readonly onSocketClosed: (cookie: bigint) => void;
  /** The rules that use the packet programs, once those are pinned. */
  readonly packetRules: () => NetfilterRules;
}

interface RungParts {
  readonly kernel: KernelSide;
  readonly correlator: Correlator;
  readonly inboundMaps?: InboundMaps | undefined;
}

/** Throws where none works, with every reason. */
export async function takeRung(options: LadderOptions): Promise<TakenRung> {
  const wanted = options.settings.correlator;
  const failures: RungFailure[] = [];
  for (const rung of wanted === 'auto' ? RUNGS : [wanted]) {
    try {
      return await tryRung(rung, failures, options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push({ rung, reason });
    }
  }
  throw new Error(failureText(wanted, failures));
}

function failureText(wanted: Rung | 'auto', failures: readonly RungFailure[]): string {
  const [first, ...others] = failures.map(({ rung, reason }) => `${rung}: ${reason}`);
  const tried =
    wanted === 'auto' ? 'No correlator works on this kernel.' : 'The correlator does not work here.';
  return [`${tried} ${first ?? ''}`, ...others].join('\n  ');
}

async function tryRung(
  rung: Rung,
  failures: readonly RungFailure[],
  options: LadderOptions,
): Promise<TakenRung> {
  if (options.settings.inbound && rung !== 'packet')
    throw new Error('it cannot judge incoming flows: leave --inbound out');
  const { kernel, correlator, inboundMaps } = PARTS[rung](options);
  try {
    const netfilter = await findNetfilter(rung, options);
    const isChosen = options.settings.correlator !== 'auto';
    const text = `${rungText(rung)}, queued by ${netfilter.by}`;
    const report = { rung, text, failures, isChosen };
    return { kernel, correlator, inboundMaps, netfilter, report };
  } catch (error) {
    kernel.close();
    throw error;
  }
}

const PARTS: Readonly<Record<Rung, (options: LadderOptions) => RungParts>> = {
  packet: (options) => {
    const kernel = loadHooks('sallyport.bpf.o', options, options.settings.forwarded);
    const inboundMaps = options.settings.inbound ? kernel.openInboundMaps() : undefined;
    return { kernel, correlator: new PacketCorrelator(kernel, buildPushedOut(kernel)), inboundMaps };
  },
  'sock-ops': (options) => {
    const kernel = loadHooks('sallyport-sock-ops.bpf.o', options, false);
    const ports = { flowMap: kernel, candidateSockets, nowNs: () => process.hrtime.bigint() };
    const ownerOfSocket = (cookie: bigint) => seenOwner(kernel.ownerOf(cookie));
    return {
      kernel,
      correlator: new SockOpsCorrelator({ ...ports, ownerOfSocket, others: buildProc(options.namespaces) }),
    };
  },
  kprobe: ({ namespaces }) => {
    const objectPath = join(OBJECTS, 'sallyport-kprobe.bpf.o');
    const flowMap = KprobePrograms.load({ objectPath, namespaces });
    const correlator = new KprobeCorrelator({
      flowMap,
      candidateSockets,
      nowNs: () => process.hrtime.bigint(),
    });
    return { kernel: new NoHooks(() => flowMap.close()), correlator };
  },
  proc: ({ namespaces }) => ({ kernel: new NoHooks(), correlator: buildProc(namespaces) }),
};

function buildPushedOut(kernel: KernelPrograms): PushedOut {
  return new PushedOut({
    candidateSockets,
    isOnlySeenRunning: ({ evidence }) => isSeenRunning(evidence),
    findAgain: (socket) => kernel.findAgain(socket),
    isShared: ({ evidence }) => evidence !== undefined && isShared(evidence),
    nowMs: () => performance.now(),
  });
}

function buildProc(namespaces: OwnNamespaces): ProcCorrelator {
  return new ProcCorrelator({
    ...{ candidateSockets, socketHolders, hasSocketOpen, endedChildren },
    ownerOfProcess: (pid, socketCookie) => ownerOfProcess(pid, socketCookie, namespaces),
    agentPid: process.pid,
    nowMs: () => performance.now(),
  });
}

function seenOwner(record: OwnerStruct | undefined): OwnerStruct | undefined {
  return record === undefined || isShared(record.evidence) ? undefined : record;
}

function loadHooks(
  object: string,
  { settings, runtime, namespaces, log, onSocketClosed }: LadderOptions,
  isForwardedNoted: boolean,
): KernelPrograms {
  const denyError = possibleDenyError(settings.denyError);
  if (denyError !== settings.denyError)
    log.warn(
      `this kernel tells programs ${denyError} where a known deny refuses them: another error needs Linux 6.1`,
    );
  return KernelPrograms.load({
    denyError,
    inbound: settings.inbound,
    objectPath: join(OBJECTS, object),
    ...{ namespaces, isForwardedNoted },
    cgroupDirectory: runtime.cgroupDirectory,
    pinDirectory: runtime.pinDirectory,
    onSocketClosed,
  });
}

/** Below the first rung nftables by itself where it works: it needs no part of iptables. */
async function findNetfilter(rung: Rung, { settings, packetRules }: LadderOptions): Promise<Netfilter> {
  const queue = { queue: settings.queue, bypass: !settings.strict };
  const iptables: Netfilter = {
    by: 'iptables',
    rules: rung === 'packet' ? packetRules() : new Firewall([plainOutgoingChain(queue)]),
  };
  if (rung === 'packet') return probed([iptables]);
  return probed([{ by: 'nftables', rules: new NftTable(queue) }, iptables]);
}

async function probed(choices: readonly Netfilter[]): Promise<Netfilter> {
  const reasons: string[] = [];
  for (const choice of choices) {
    try {
      await choice.rules.probe();
      return choice;
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(reasons.join(' '));
}
