// The parts that live in memory, wired to each other: pipeline, broker, rules, decisions, events. The parts that touch the
// kernel and the disk are given.
import { randomBytes, randomUUID } from 'node:crypto';
import { StatusBook } from './agent-status.ts';
import { ProcessResolver } from './correlator/process-resolver.ts';
import { CurrentRuleset } from './current-ruleset.ts';
import { Decisions } from './decisions.ts';
import type { Flow } from './domain/flow.ts';
import { failureAction } from './domain/failure-policy.ts';
import type { ProcessInstance } from './domain/owner.ts';
import type { PromptId } from './domain/prompt.ts';
import type { Verdict } from './domain/verdict.ts';
import { EventHub } from './event-hub.ts';
import { explainFlow } from './explanation.ts';
import { FirewallService } from './firewall-service.ts';
import { FlowMemory } from './flow-memory.ts';
import { flowSubject } from './flow-subject.ts';
import type { HistoryThread } from './history/thread.ts';
import { HoldTimer } from './hold-timer.ts';
import type { KernelPrograms } from './kernel/kernel-programs.ts';
import { ModeSwitch } from './mode-switch.ts';
import { Pipeline } from './pipeline.ts';
import type { AppliedVerdict, HeldPacket } from './pipeline-ports.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { isAlive } from './platform/processes.ts';
import { readResolvers } from './platform/resolvers.ts';
import { destroyFlowSocket, networkNamespaceCookie } from './platform/sockets.ts';
import { userId } from './platform/users.ts';
import { ProcessBook } from './process-book.ts';
import { PromptBroker } from './prompts/broker.ts';
import { DEFAULT_LIMITS } from './prompts/outcomes.ts';
import type { ReleasedFlow } from './prompts/outcomes.ts';
import { DEFAULT_ADMITTED_LIMIT, DEFAULT_UNDO_WINDOW_MS, UndoLedger } from './prompts/undo-ledger.ts';
import type { Refuser } from './refusal/refuser.ts';
import { RulesBook } from './rules-book.ts';
import { RulesStore } from './rules/rules-store.ts';
import type { RulesChange } from './rules/rules-store.ts';
import type { Settings } from './settings.ts';
import { VerdictJournal } from './verdict-journal.ts';

export interface CoreOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: Clock;
  readonly history: HistoryThread;
  readonly kernel: KernelPrograms;
  readonly refuser: Refuser;
}

export class Core {
  readonly pipeline: Pipeline;
  readonly service: FirewallService;
  readonly status: StatusBook;
  readonly #options: CoreOptions;
  readonly #broker: PromptBroker<HeldPacket>;
  readonly #hub = new EventHub((id) => this.#broker.prompt(id));
  readonly #memory = new FlowMemory();
  readonly #ledger: UndoLedger;
  readonly #timer: HoldTimer;
  readonly #mode: ModeSwitch;
  readonly #store: RulesStore;
  readonly #book: RulesBook;
  readonly #ruleset: CurrentRuleset;
  readonly #journal: VerdictJournal;
  #resolvers = readResolvers();

  constructor(options: CoreOptions) {
    this.#options = options;
    const { settings, clock } = options;
    this.#broker = this.#buildBroker();
    this.#ledger = new UndoLedger({
      windowMs: DEFAULT_UNDO_WINDOW_MS,
      newToken: () => randomBytes(16).toString('hex'),
      admittedLimit: DEFAULT_ADMITTED_LIMIT,
    });
    this.#timer = new HoldTimer({
      nextExpiryInMs: () => this.#broker.nextExpiryInMs(),
      expire: () => this.#expire(),
      nowMs: () => performance.now(),
    });
    this.#mode = new ModeSwitch({
      nowMs: clock.nowMs,
      unknownFlows: settings.unknownFlows,
      onChange: (mode) => {
        this.#hub.emit({ kind: 'mode', mode });
        this.#settle();
      },
    });
    this.#store = this.#openStore();
    this.#book = this.#buildBook();
    this.#ruleset = new CurrentRuleset({
      rules: () => this.#store.rules(),
      resolvers: () => this.#resolvers,
      nowMs: clock.nowMs,
    });
    this.#journal = new VerdictJournal({
      memory: this.#memory,
      hub: this.#hub,
      append: (record) => options.history.append(record),
      nowMs: clock.nowMs,
    });
    this.pipeline = this.#buildPipeline();
    this.status = this.#buildStatus();
    this.service = this.#buildService();
  }

  /** The application gave up: its question is withdrawn. */
  socketClosed(cookie: bigint): void {
    this.#release(this.#broker.withdrawSocket(cookie));
  }

  /** Rules or the machine's name servers changed: everything that waits is judged again. */
  rulesChanged(): void {
    this.#resolvers = readResolvers();
    this.#ruleset.recompile();
    this.#settle();
  }

  forgetEndedProcesses(): void {
    this.#book.forgetEndedProcesses();
  }

  netfilterRestored(differences: readonly string[]): void {
    this.status.netfilterRestored();
    this.#options.log.warn('netfilter rules were changed by another program and put back', {
      what: differences.join('; '),
    });
    this.#announceHealth();
  }

  netfilterFailed(error: Error): void {
    const text = `The netfilter rules could not be put back: ${error.message}`;
    this.status.netfilterFailed(text);
    this.#options.log.error(text);
    this.#announceHealth();
  }

  /** The agent is stopping: what waits gets what the failure table says. */
  releaseAll(): void {
    const action = failureAction('agentStopped', this.#options.settings.strict);
    this.#release(
      this.#broker.settle(() => ({ action, reason: { kind: 'failure', failure: 'agentStopped' } })),
    );
  }

  close(): void {
    this.#timer.stop();
    this.#mode.stop();
    this.#store.close();
    this.#journal.flush();
  }

  #buildBroker(): PromptBroker<HeldPacket> {
    const { settings, clock } = this.#options;
    return new PromptBroker({
      limits: DEFAULT_LIMITS,
      timeoutMs: settings.promptTimeoutMs,
      noClientTimeoutMs: Math.min(settings.noClientTimeoutMs, settings.promptTimeoutMs),
      clock: { steadyMs: () => clock.monotonicUs() / 1000, wallMs: clock.nowMs },
      newPromptId: () => randomUUID() as PromptId,
      events: {
        onPromptChanged: (id) => this.#hub.promptChanged(id),
        onPromptClosed: (id, reason) => this.#hub.promptClosed(id, reason),
      },
    });
  }

  #openStore(): RulesStore {
    const { settings, clock } = this.#options;
    return RulesStore.open({
      directory: settings.rulesDirectory,
      stateDirectory: settings.stateDirectory,
      resolveUser: userId,
      nowMs: clock.nowMs,
      onChange: (change) => this.#storeChanged(change),
    });
  }

  #buildBook(): RulesBook {
    const { settings, clock } = this.#options;
    return new RulesBook({
      store: this.#store,
      directory: settings.rulesDirectory,
      nowMs: clock.nowMs,
      emit: (event) => this.#hub.emit(event),
      isAlive,
    });
  }

  #storeChanged(change: RulesChange): void {
    this.rulesChanged();
    this.#book.announce(change);
    for (const { file, line, reason } of change.problems) {
      this.#options.log.error('a rule file was refused', { file, line, reason });
    }
  }

  #buildPipeline(): Pipeline {
    const { settings, clock, kernel, refuser } = this.#options;
    const processes = new ProcessBook(new ProcessResolver());
    return new Pipeline({
      clock,
      strict: settings.strict,
      networkNamespace: networkNamespaceCookie() ?? 0n,
      flowMap: kernel,
      processes,
      broker: this.#broker,
      isOwnProcess: ({ pid }: ProcessInstance) => pid === process.pid,
      modeVerdict: () => this.#mode.verdict(),
      ruleVerdict: (subject) => this.#ruleset.verdictOf(subject),
      remembered: (flow) => this.#memory.verdictOf(flow),
      defaultVerdict: () => this.#mode.defaultVerdict(),
      hasClient: () => this.service.clientCount > 0,
      refuse: (packet) => refuser.refuse(packet),
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
    const decisions = this.#buildDecisions();
    return new FirewallService({
      rules: this.#book,
      prompts: () => this.#broker.prompts(),
      status: () => this.status.status(),
      subscribe: (listener) => this.#hub.subscribe(listener),
      decide: (decision) => decisions.decide(decision),
      undo: (token) => decisions.undo(token),
      explain: (query) =>
        explainFlow(query, {
          ruleset: this.#ruleset.ruleset,
          nowMs: this.#options.clock.nowMs(),
          show: (rule) => this.#book.describe(rule),
        }),
      history: (filter) => {
        this.#journal.flush();
        return this.#options.history.query(filter);
      },
      setMode: (change) => this.#mode.change(change),
      onClients: (isAnyoneThere) => {
        this.#broker.setClientConnected(isAnyoneThere);
        this.#timer.reschedule();
      },
    });
  }

  #buildDecisions(): Decisions {
    return new Decisions({
      clock: this.#options.clock,
      broker: this.#broker,
      ledger: this.#ledger,
      rules: {
        has: (id) => this.#book.has(id),
        put: (rule) => this.#book.putRule(rule),
        delete: (id) => this.#book.delete(id),
      },
      release: (released) => this.#release(released),
      remember: (flow, verdict) => this.#memory.remember(flow, verdict),
      forget: (flow) => this.#memory.forget(flow),
      endFlow: ({ key, socketCookie }) => destroyFlowSocket(key, socketCookie) === 'destroyed',
    });
  }

  #afterHold(flow: Flow): void {
    const { settings, kernel } = this.#options;
    this.#timer.heldFor(this.service.clientCount > 0 ? settings.promptTimeoutMs : settings.noClientTimeoutMs);
    if (flow.socketCookie === 0n || kernel.watchSocket(flow.socketCookie)) return;
    this.#release(this.#broker.withdrawFlow(flow.id));
  }

  #afterVerdict(applied: AppliedVerdict): void {
    const { flow, verdict } = applied;
    this.status.countVerdict(verdict);
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
      if (flow.socketCookie !== 0n) this.#options.kernel.unwatchSocket(flow.socketCookie);
      this.pipeline.apply(flow, packets, verdict);
    }
  }

  #announceHealth(): void {
    this.#hub.emit({ kind: 'health', checks: this.status.health() });
  }

  #buildStatus(): StatusBook {
    const { settings, clock, kernel, history } = this.#options;
    return new StatusBook({
      mode: () => this.#mode.mode,
      strict: settings.strict,
      rules: () => this.#store.rules().length,
      ruleProblems: () => this.#store.problems().length,
      broker: () => this.#broker.counts(),
      clients: () => this.service.clientCount,
      generation: () => this.#ruleset.ruleset.generation,
      kernel: () => kernel.counters(),
      history: () => history.health(),
      nowMs: clock.nowMs,
    });
  }
}
