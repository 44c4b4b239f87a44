// The agent put together. Every concrete part is built here, in the order in which a packet meets it, and taken apart in
// reverse: whatever fails on the way, nothing half-installed stays behind.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiServer } from './api/server.ts';
import { PacketCapture } from './capture/packet-capture.ts';
import { Core } from './core.ts';
import { Firewall } from './firewall/firewall.ts';
import { FirewallGuard } from './firewall/guard.ts';
import { HistoryThread } from './history/thread.ts';
import { KernelPrograms, PACKET_PROGRAMS } from './kernel/kernel-programs.ts';
import { SYSTEM_CLOCK } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { peerCredentialsOf } from './platform/peers.ts';
import { watchResolvers } from './platform/resolvers.ts';
import { openRuntimeDirectory } from './platform/runtime-directory.ts';
import type { RuntimeDirectory } from './platform/runtime-directory.ts';
import { Refuser } from './refusal/refuser.ts';
import { installDefaults } from './rules/default-rules.ts';
import type { Settings } from './settings.ts';

const BPF_OBJECT = fileURLToPath(new URL('../../../bpf/build/sallyport.bpf.o', import.meta.url));
const QUEUE_LENGTH = 65_536;
const FORGET_EVERY_MS = 30_000;

export interface AgentOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** The agent cannot go on: it has stopped filtering and must end. */
  readonly onFatal: (error: Error) => void;
}

export interface Agent {
  /** Takes everything out of the kernel and answers what waits. */
  readonly stop: () => Promise<void>;
}

/** Resolves when packets are filtered and clients can connect. Rejects with nothing left behind. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  await using parts = new AsyncDisposableStack();
  const runtime = openRuntimeDirectory(options.settings.runtimeDirectory);
  parts.defer(() => runtime.close());
  const core = buildCore(options, runtime, parts);
  const capture = openCapture(options, core, parts);
  core.status.setCapture(() => capture.stats());
  await installFirewall({ options, core, runtime, parts });
  const api = buildApi(options, core, runtime);
  parts.defer(() => api.close());
  await api.listen();
  const complete = parts.move();
  return { stop: () => complete.disposeAsync() };
}

function buildCore(
  { settings, log }: AgentOptions,
  runtime: RuntimeDirectory,
  parts: AsyncDisposableStack,
): Core {
  installDefaults({ directory: settings.rulesDirectory, stateDirectory: settings.stateDirectory });
  const history = HistoryThread.open({ file: join(settings.stateDirectory, 'history.db') });
  parts.defer(() => history.close());
  const kernel = KernelPrograms.load({
    objectPath: BPF_OBJECT,
    cgroupDirectory: runtime.cgroupDirectory,
    pinDirectory: runtime.pinDirectory,
    onSocketClosed: (cookie) => core.socketClosed(cookie),
  });
  parts.defer(() => kernel.close());
  const refuser = new Refuser(log);
  parts.defer(() => refuser.close());
  const core: Core = new Core({ settings, log, clock: SYSTEM_CLOCK, history, kernel, refuser });
  parts.defer(() => core.close());
  parts.defer(watchResolvers(() => core.rulesChanged()));
  const forget = setInterval(() => core.forgetEndedProcesses(), FORGET_EVERY_MS).unref();
  parts.defer(() => clearInterval(forget));
  return core;
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
    onFault: (error) =>
      log.error('a packet could not be decided and was dropped', { error: errorText(error) }),
    onFailure: onFatal,
  });
  parts.defer(() => capture.close());
  return capture;
}

interface FirewallParts {
  readonly options: AgentOptions;
  readonly core: Core;
  readonly runtime: RuntimeDirectory;
  readonly parts: AsyncDisposableStack;
}

async function installFirewall({ options, core, runtime, parts }: FirewallParts): Promise<void> {
  const firewall = new Firewall({
    queue: options.settings.queue,
    bypass: !options.settings.strict,
    establishedProgram: join(runtime.pinDirectory, PACKET_PROGRAMS.established),
    unknownProgram: join(runtime.pinDirectory, PACKET_PROGRAMS.unknown),
  });
  await firewall.install();
  parts.defer(() => firewall.remove());
  // What waits is answered while the rules are still there: nothing passes unrecorded.
  parts.defer(() => core.releaseAll());
  const guard = new FirewallGuard({
    firewall,
    events: {
      onRestored: (differences) => core.netfilterRestored(differences),
      onFailed: (error) => core.netfilterFailed(error),
    },
  });
  parts.defer(() => guard.stop());
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
