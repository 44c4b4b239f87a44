// The parts that live in memory, wired to each other: pipeline, broker, rules, decisions, events. The parts that touch the
// kernel and the disk are given.
import type { StatusBook } from './agent-status.ts';
import type { Containers } from './correlator/app-identity.ts';
import { ProcessResolver } from './correlator/process-resolver.ts';
import { buildBroker, buildDecisions, buildLedger } from './prompting.ts';
import { buildCutter } from './cutting.ts';
import { CurrentRuleset } from './current-ruleset.ts';
import { PACKET } from './domain/flow-key.ts';
import type { Flow } from './domain/flow.ts';
import type { ProcessInstance } from './domain/owner.ts';
import { failureVerdict } from './domain/verdict.ts';
import type { Verdict } from './domain/verdict.ts';
import { EventHub } from './event-hub.ts';
import { explainFlow } from './explanation.ts';
import { FirewallService } from './firewall-service.ts';
import type { FlowCutter } from './flow-cutter.ts';
import { FlowMemory } from './flow-memory.ts';
import type { GuardEvents } from './firewall/guard.ts';
import { flowSubject } from './flow-subject.ts';
import type { HistoryThread } from './history/thread.ts';
import { HoldTimer } from './hold-timer.ts';
import { measureKernel } from './kernel-report.ts';
import type { Inbound } from './inbound.ts';
import { buildInbound, type InboundParts } from './inbound-keeping.ts';
import { buildKernelVerdicts } from './kernel-verdict-keeping.ts';
import type { KernelVerdicts } from './kernel-verdicts.ts';
import type { KernelSide } from './kernel/kernel-side.ts';
import type { PacketSocketPrograms } from './kernel/packet-socket-programs.ts';
import type { RungReport } from './ladder.ts';
import type { LatePackets } from './late-packets.ts';
import { ModeSwitch } from './mode-switch.ts';
import { netfilterEvents } from './netfilter-events.ts';
import { PacketSocketKeeping } from './packet-socket-keeping.ts';
import { Pipeline } from './pipeline.ts';
import type { AppliedVerdict, Correlator, HeldPacket } from './pipeline-ports.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { readResolvers } from './platform/resolvers.ts';
import { ProcessBook } from './process-book.ts';
import type { PromptBroker } from './prompts/broker.ts';
import type { ReleasedFlow } from './prompts/outcomes.ts';
import type { Refuser } from './refusal/refuser.ts';
import { buildBook, openStore } from './rule-keeping.ts';
import type { RulesBook } from './rules-book.ts';
import type { RulesStore, RulesChange } from './rules/rules-store.ts';
import type { Settings } from './settings.ts';
import { buildStatus } from './status-keeping.ts';
import type { TrafficBook } from './traffic/traffic-book.ts';
import { buildTraffic } from './traffic-keeping.ts';
import { VerdictJournal } from './verdict-journal.ts';

export interface CoreOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: Clock;
  readonly history: HistoryThread;
  readonly kernel: KernelSide;
  readonly packetSocketPrograms: PacketSocketPrograms;
  readonly correlator: Correlator;
  readonly rung: RungReport;
  readonly late: LatePackets;
  readonly refuser: Refuser;
  readonly containers: Containers;
  /** Cookie of the agent's own. */
  readonly networkNamespace: bigint;
  /** Undefined where what begins elsewhere is not judged. */
  readonly inbound: InboundParts | undefined;
}

export class Core {
  readonly pipeline: Pipeline;
  readonly service: FirewallService;
  readonly status: StatusBook;
  readonly netfilter: GuardEvents;
  readonly #options: CoreOptions;
  readonly #broker: PromptBroker<HeldPacket>;
  readonly #hub = new EventHub((id) => this.#broker.prompt(id));
  readonly #memory = new FlowMemory();
  readonly #ledger = buildLedger();
  readonly #timer: HoldTimer;
  readonly #mode: ModeSwitch;
  readonly #store: RulesStore;
  readonly #book: RulesBook;
  readonly #ruleset: CurrentRuleset;
  readonly #journal: VerdictJournal;
  readonly #processes: ProcessBook;
  readonly #kernelVerdicts: KernelVerdicts;
  readonly #cutter: FlowCutter;
  readonly #traffic: TrafficBook;
  readonly #inbound: Inbound | undefined;
  readonly packetSockets: PacketSocketKeeping;
  #resolvers = readResolvers();

  constructor(options: CoreOptions) {
    this.#options = options;
    const { settings, clock } = options;
    this.#processes = new ProcessBook(new ProcessResolver(options.containers));
    this.#broker = buildBroker(options, this.#hub);
    this.#timer = new HoldTimer({
      nextExpiryInMs: () => this.#broker.nextExpiryInMs(),
      expire: () => this.#expire(),
      nowMs: () => performance.now(),
    });
    this.#mode = new ModeSwitch({
      nowMs: clock.nowMs,
      unknownFlows: settings.unknownFlows,
      onChange: (mode) => this.#changeRules(() => this.#hub.emit({ kind: 'mode', mode })),
    });
    this.#store = openStore(options, {
      prepare: (change) => this.#ruleset.prepare(change),
      onChange: (change) => this.#storeChanged(change),
    });
    this.#book = buildBook(options, { store: this.#store, events: this.#hub });
    this.#ruleset = new CurrentRuleset({
      rules: this.#store.rules(),
      resolvers: () => this.#resolvers,
      nowMs: clock.nowMs,
    });
    this.#traffic = buildTraffic({ ...options, store: (update) => this.#journal.noteTraffic(update) });
    this.#journal = new VerdictJournal({
      traffic: this.#traffic,
      memory: this.#memory,
      hub: this.#hub,
      history: options.history,
      nowMs: clock.nowMs,
    });
    this.#kernelVerdicts = buildKernelVerdicts({
      ...options,
      ...{ processes: this.#processes, ledger: this.#ledger, traffic: this.#traffic },
      afterVerdict: (applied) => this.#afterVerdict(applied),
    });
    this.#inbound = buildInbound({
      ...options,
      generation: () => this.#kernelVerdicts.stats().generation,
    });
    this.#cutter = buildCutter({
      ...options,
      ...{ processes: this.#processes, ruleset: this.#ruleset, journal: this.#journal },
      ...{ inbound: this.#inbound, isPaused: () => this.#mode.verdict() !== undefined },
    });
    this.packetSockets = new PacketSocketKeeping({
      ...options,
      ...{ processes: this.#processes, ruleset: this.#ruleset, mode: this.#mode, broker: this.#broker },
      verdictWithoutAsking: (flow) => this.#verdictWithoutAsking(flow),
      startTimer: () => this.#startTimer(),
      afterVerdict: (applied) => this.#afterVerdict(applied),
    });
    this.pipeline = this.#buildPipeline();
    this.status = buildStatus({
      ...options,
      ...{ kernelVerdicts: this.#kernelVerdicts, mode: this.#mode, store: this.#store, broker: this.#broker },
      ...{ ruleset: this.#ruleset, cutter: this.#cutter, traffic: this.#traffic, inbound: this.#inbound },
      packetSockets: this.packetSockets,
      clients: () => this.service.clientCount,
    });
    this.netfilter = netfilterEvents({ status: this.status, log: options.log, hub: this.#hub });
    this.service = this.#buildService();
  }

  /** The application gave up: its question is withdrawn. */
  socketClosed(cookie: bigint): void {
    this.#release(this.#broker.withdrawSocket(cookie));
  }

  /** The files that say it were written; what they say may be the same. */
  resolversMayHaveChanged(): void {
    const resolvers = readResolvers();
    if (resolvers.join() === this.#resolvers.join()) return;
    this.#resolvers = resolvers;
    this.#changeRules(() => this.#ruleset.resolversChanged());
  }

  forgetEndedProcesses(): void {
    this.#book.forgetEndedProcesses();
  }

  /** The agent is ending: what waits gets what the failure table says. */
  releaseAll(failure: 'agentStopped' | 'agentCrashed'): void {
    const verdict = failureVerdict(failure, this.#options.settings.strict);
    this.#release(this.#broker.settle(() => verdict));
  }

  close(): void {
    this.packetSockets.stop();
    this.#timer.stop();
    this.#cutter.stop();
    this.#mode.stop();
    this.#store.close();
    this.#kernelVerdicts.stop();
    this.#traffic.flush();
    this.#journal.close();
  }

  /** Rules, what they name or the mode change: nothing that the kernel knows holds, and what waits or is open is judged again. */
  #changeRules(change: () => void): void {
    this.#kernelVerdicts.voidAll();
    change();
    this.packetSockets.refresh();
    this.#settle();
    this.#cutter.rulesChanged();
  }

  #storeChanged(change: RulesChange): void {
    this.#changeRules(() => this.#ruleset.change(change));
    this.#book.announce(change);
    for (const { file, line, reason } of change.problems)
      this.#options.log.error('a rule file was refused', { file, line, reason });
  }

  #buildPipeline(): Pipeline {
    const { settings, clock, correlator, late, refuser, networkNamespace } = this.#options;
    return new Pipeline({
      ...{ clock, strict: settings.strict, networkNamespace },
      ...{ correlator, late, processes: this.#processes, broker: this.#broker, inbound: this.#inbound },
      isOwnProcess: ({ pid }: ProcessInstance) => pid === process.pid,
      modeVerdict: () => this.#mode.verdict(),
      ruleDecision: (subject) => this.#ruleset.decisionOf(subject),
      remembered: (flow) => this.#memory.verdictOf(flow),
      defaultVerdict: () => this.#mode.defaultVerdict(),
      hasClient: () => this.service.clientCount > 0,
      refuse: (packet) => refuser.refuse(packet),
      teach: (decided) => this.#kernelVerdicts.teach(decided),
      afterHold: (flow) => this.#afterHold(flow),
      afterVerdict: (applied) => this.#afterVerdict(applied),
      afterUnreadable: (reason, verdict) => {
        this.#options.log.warn('a packet with unreadable headers was dropped', { reason });
        this.#journal.noteUnreadable(verdict);
      },
      afterKernelPacket: () => this.status.countKernelPacket(),
    });
  }

  #buildService(): FirewallService {
    const { clock, networkNamespace } = this.#options;
    const decisions = buildDecisions({
      ...{ clock, networkNamespace },
      broker: this.#broker,
      ledger: this.#ledger,
      book: this.#book,
      ...{ memory: this.#memory, inbound: this.#inbound },
      release: (released) => this.#release(released),
    });
    return new FirewallService({
      rules: this.#book,
      prompts: () => this.#broker.prompts(),
      status: () => this.status.status(),
      measureKernel: (durationMs) =>
        measureKernel({ kernel: this.#options.kernel, verdicts: this.#kernelVerdicts }, durationMs),
      subscribe: (listener) => this.#hub.subscribe(listener),
      watchTraffic: (listener) => {
        this.#kernelVerdicts.read();
        return this.#traffic.watch(listener);
      },
      decide: (decision) => decisions.decide(decision),
      undo: (token) => decisions.undo(token),
      dismissMissed: (promptId) => this.#broker.dismissMissed(promptId),
      explain: (query) =>
        explainFlow(query, {
          ruleset: this.#ruleset.ruleset,
          nowMs: this.#options.clock.nowMs(),
          show: (rule) => this.#book.describe(rule),
        }),
      history: (filter) => {
        this.#kernelVerdicts.read();
        this.#journal.flush();
        return this.#options.history.query(filter);
      },
      ruleUses: () => {
        this.#kernelVerdicts.read();
        return this.#journal.uses.list();
      },
      setMode: (change) => this.#mode.change(change),
      onClients: (isAnyoneThere) => {
        this.#broker.setClientConnected(isAnyoneThere);
        this.#timer.reschedule();
      },
    });
  }

  #startTimer(): void {
    const { promptTimeoutMs, noClientTimeoutMs } = this.#options.settings;
    this.#timer.heldFor(this.service.clientCount > 0 ? promptTimeoutMs : noClientTimeoutMs);
  }

  #afterHold(flow: Flow): void {
    this.#startTimer();
    if (flow.socketCookie === 0n || this.#options.kernel.watchSocket(flow.socketCookie)) return;
    this.#release(this.#broker.withdrawFlow(flow.id));
  }

  #afterVerdict(applied: AppliedVerdict): void {
    const { flow, verdict } = applied;
    this.status.countVerdict(verdict, 1 + applied.alike);
    if (verdict.reason.kind === 'rule' && verdict.action === 'allow') {
      this.#ledger.noteAdmitted(verdict.reason.ruleId, flow, this.#options.clock.monotonicUs() / 1000);
    }
    this.#journal.note(applied);
  }

  #expire(): void {
    const released = this.#broker.expire(this.#options.settings.strict);
    for (const { flow, verdict } of released) {
      const { reason } = verdict;
      if (reason.kind === 'failure' && reason.failure === 'noClient') this.#memory.remember(flow, verdict);
    }
    this.#release(released);
  }

  #settle(): void {
    this.#release(this.#broker.settle((flow) => this.#verdictWithoutAsking(flow)));
  }

  #verdictWithoutAsking(flow: Flow): Verdict | undefined {
    return this.#mode.verdict() ?? this.#ruleset.verdictOf(flowSubject(flow)) ?? this.#mode.defaultVerdict();
  }

  #release(released: readonly ReleasedFlow<HeldPacket>[]): void {
    for (const { flow, packets, verdict } of released) {
      // Nothing waited: what became of its socket is recorded since it was opened.
      if (flow.key.protocol === PACKET) continue;
      // A socket of datagrams, or a listener, may have others that wait.
      if (flow.socketCookie !== 0n && !this.#broker.holdsSocket(flow.socketCookie))
        this.#options.kernel.unwatchSocket(flow.socketCookie);
      this.pipeline.apply(flow, packets, verdict);
    }
  }
}
