// The agent put together. Every concrete part is built here, in the order in which a packet meets it, and taken apart in
// reverse: whatever fails on the way, nothing half-installed stays behind.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiServer } from './api/server.ts';
import { PacketCapture } from './capture/packet-capture.ts';
import { Core } from './core.ts';
import { ContainerBook } from './correlator/container-book.ts';
import { failureAction } from './domain/failure-policy.ts';
import type { Chain } from './firewall/chain.ts';
import { forwardedChain, inboundChain, outgoingChain } from './firewall/chains.ts';
import { Firewall } from './firewall/firewall.ts';
import { FirewallGuard } from './firewall/guard.ts';
import { HistoryThread } from './history/thread.ts';
import type { InboundParts } from './inbound-keeping.ts';
import { removeOtherKind } from './firewall/leftovers.ts';
import { INBOUND_PROGRAMS } from './kernel/inbound-maps.ts';
import { PACKET_PROGRAMS } from './kernel/kernel-programs.ts';
import { PacketSocketPrograms } from './kernel/packet-socket-programs.ts';
import { takeRung } from './ladder.ts';
import type { Netfilter, TakenRung } from './ladder.ts';
import { LatePackets } from './late-packets.ts';
import { SYSTEM_CLOCK } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { releaseFreeMemory } from './platform/memory.ts';
import { OwnAddresses } from './platform/own-addresses.ts';
import { ownNamespaces } from './platform/own-namespaces.ts';
import type { OwnNamespaces } from './platform/own-namespaces.ts';
import { peerCredentialsOf } from './platform/peers.ts';
import { watchResolvers } from './platform/resolvers.ts';
import { openRuntimeDirectory } from './platform/runtime-directory.ts';
import type { RuntimeDirectory } from './platform/runtime-directory.ts';
import { RemoteRefuser } from './refusal/remote-refuser.ts';
import { Refuser } from './refusal/refuser.ts';
import { installDefaults } from './rules/default-rules.ts';
import type { Settings } from './settings.ts';

const PACKET_SOCKET_OBJECT = fileURLToPath(
  new URL('../../../bpf/build/sallyport-packet-sockets.bpf.o', import.meta.url),
);
const QUEUE_LENGTH = 65_536;
const FORGET_EVERY_MS = 5000;

export interface AgentOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** The agent cannot go on: it has stopped filtering and must end. */
  readonly onFatal: (error: Error) => void;
}

/** What ends the agent; a line of the failure table each. */
export type End = 'agentStopped' | 'agentCrashed';

export interface Agent {
  /** Answers what waits and takes everything out of the kernel; in strict mode a crash leaves the netfilter rules. */
  readonly stop: (end: End) => Promise<void>;
  /** How processes are found. */
  readonly correlator: string;
}

/** Resolves when packets are filtered and clients can connect. Rejects with nothing left behind. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  await using parts = new AsyncDisposableStack();
  const ending: Ending = { end: 'agentStopped' };
  const runtime = openRuntimeDirectory(options.settings.runtimeDirectory);
  parts.defer(() => runtime.close());
  const namespaces = ownNamespaces();
  const rung = await takeRung({
    ...options,
    ...{ runtime, namespaces },
    onSocketClosed: (cookie) => core.socketClosed(cookie),
    packetRules: () => new Firewall(chainsFor(options.settings, runtime)),
  });
  parts.defer(() => rung.kernel.close());
  const late = new LatePackets({
    nowUs: SYSTEM_CLOCK.monotonicUs,
    onFault: (error) => logFault(options, error),
  });
  const core: Core = buildCore(options, { rung, late, namespaces, runtime }, parts);
  const capture = openCapture(options, core, parts);
  core.status.setCapture(() => capture.stats());
  await installFirewall({ options, core, late, netfilter: rung.netfilter, parts, ending });
  const api = buildApi(options, core, runtime);
  parts.defer(() => api.close());
  await api.listen();
  const complete = parts.move();
  const stop = (end: End): Promise<void> => {
    ending.end = end;
    return complete.disposeAsync();
  };
  return { stop, correlator: rung.report.text };
}

/** Known only when the parts are taken apart. */
interface Ending {
  end: End;
}

interface KernelSideParts {
  readonly rung: TakenRung;
  readonly late: LatePackets;
  readonly namespaces: OwnNamespaces;
  readonly runtime: RuntimeDirectory;
}

function buildCore(
  { settings, log }: AgentOptions,
  { rung, late, namespaces, runtime }: KernelSideParts,
  parts: AsyncDisposableStack,
): Core {
  installDefaults({ directory: settings.rulesDirectory, stateDirectory: settings.stateDirectory });
  const history = HistoryThread.open(
    { file: join(settings.stateDirectory, 'history.db') },
    { onIdle: releaseFreeMemory },
  );
  parts.defer(() => history.close());
  const { kernel, correlator, report } = rung;
  const refuser = new Refuser({
    ...{ log, networkNamespace: namespaces.network },
    passSocket: (cookie) => kernel.passOwnSocket(cookie),
  });
  parts.defer(() => refuser.close());
  const containers = new ContainerBook({
    cgroupDirectory: cgroupDirectoryOf(runtime),
    runtimeRoot: settings.containerRoot,
  });
  const packetSocketPrograms = PacketSocketPrograms.load({
    objectPath: PACKET_SOCKET_OBJECT,
    namespaces,
    onOpened: (opened) => core.packetSockets.opened({ ...opened, isRefused: opened.isRefused !== 0 }),
  });
  parts.defer(() => packetSocketPrograms.close());
  const core: Core = new Core({
    ...{ settings, log, clock: SYSTEM_CLOCK, history, kernel, correlator, late, refuser, containers },
    ...{ rung: report, networkNamespace: namespaces.network, packetSocketPrograms },
    inbound: openInbound(log, rung, parts),
  });
  parts.defer(() => core.close());
  core.packetSockets.start();
  parts.defer(watchResolvers(() => core.resolversMayHaveChanged()));
  const forget = setInterval(() => core.forgetEndedProcesses(), FORGET_EVERY_MS).unref();
  parts.defer(() => clearInterval(forget));
  return core;
}

/** Where the kernel has no cgroup v2, nothing is found in the usual place either. */
function cgroupDirectoryOf(runtime: RuntimeDirectory): string {
  try {
    return runtime.cgroupDirectory;
  } catch {
    return '/sys/fs/cgroup';
  }
}

/** Undefined where what begins elsewhere is not judged. */
function openInbound(
  log: Log,
  { kernel, inboundMaps: maps }: TakenRung,
  parts: AsyncDisposableStack,
): InboundParts | undefined {
  if (maps === undefined) return undefined;
  const ownAddresses = new OwnAddresses(() => performance.now());
  const refuser = new RemoteRefuser({
    log,
    passSocket: (cookie) => kernel.passOwnSocket(cookie),
    isOwnAddress: (address) => ownAddresses.has(address),
  });
  parts.defer(() => refuser.close());
  return { maps, refuser, ownAddresses };
}

function openCapture(
  { settings, log, onFatal }: AgentOptions,
  core: Core,
  parts: AsyncDisposableStack,
): PacketCapture {
  const capture = new PacketCapture({
    queue: settings.queue,
    maxLength: QUEUE_LENGTH,
    failOpen: !settings.strict,
    onPacket: (packet) => core.pipeline.handle(packet),
    onFault: (error) => logFault({ log }, error),
    onFailure: onFatal,
  });
  parts.defer(() => capture.close());
  return capture;
}

function logFault({ log }: Pick<AgentOptions, 'log'>, error: unknown): void {
  log.error('a packet could not be decided and was dropped', { error: errorText(error) });
}

interface FirewallParts {
  readonly options: AgentOptions;
  readonly core: Core;
  readonly late: LatePackets;
  readonly netfilter: Netfilter;
  readonly parts: AsyncDisposableStack;
  readonly ending: Ending;
}

async function installFirewall(all: FirewallParts): Promise<void> {
  const { options, core, late, netfilter, parts, ending } = all;
  const firewall = netfilter.rules;
  await firewall.install();
  parts.defer(async () => {
    if (!staysClosed(options.settings, ending.end)) await firewall.remove();
  });
  // What waits is answered while the rules are still there: nothing passes unrecorded.
  parts.defer(() => core.releaseAll(ending.end));
  parts.defer(() => late.stop());
  await removeOtherKind(netfilter.by);
  const guard = new FirewallGuard({
    firewall,
    events: core.netfilter,
  });
  parts.defer(() => guard.stop());
}

function chainsFor(settings: Settings, { pinDirectory }: RuntimeDirectory): readonly Chain[] {
  const queue = { queue: settings.queue, bypass: !settings.strict };
  const pin = (program: keyof typeof PACKET_PROGRAMS): string => join(pinDirectory, PACKET_PROGRAMS[program]);
  const outgoing = outgoingChain({
    ...queue,
    establishedProgram: pin('established'),
    unknownProgram: pin('unknown'),
    deniedProgram: pin('denied'),
  });
  const forwarded = forwardedChain({
    ...queue,
    establishedProgram: pin('forwardedEstablished'),
    forwardedProgram: pin('forwarded'),
  });
  return [
    outgoing,
    ...(settings.forwarded ? [forwarded] : []),
    ...(settings.inbound ? [inboundChain({ ...queue, ...inboundPins(pinDirectory) })] : []),
  ];
}

function inboundPins(directory: string): { readonly knownProgram: string; readonly deniedProgram: string } {
  const { known, denied } = INBOUND_PROGRAMS;
  return { knownProgram: join(directory, known), deniedProgram: join(directory, denied) };
}

/** The rules hold the packet programs by themselves: they go on to queue new flows when everything else is gone. */
export function staysClosed({ strict }: Pick<Settings, 'strict'>, end: End): boolean {
  return end === 'agentCrashed' && failureAction(end, strict) === 'deny';
}

function buildApi({ settings, log }: AgentOptions, core: Core, runtime: RuntimeDirectory): ApiServer {
  return new ApiServer({
    socketPath: runtime.socketPath,
    firewall: core.service,
    peerCredentials: peerCredentialsOf,
    log: (text) => log.info(text),
    allowedUid: settings.allowedUid,
  });
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
