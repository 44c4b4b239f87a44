// Cuts flows that are open while a rule denies them: after a change of rules all open sockets are judged once more, in small
// slices between packets, and those that a rule denies are ended. The kernel's list of sockets is the only table: nothing is
// kept of flows that are open.
import type { Flow } from './domain/flow.ts';
import type { Verdict } from './domain/verdict.ts';
import { isJudgedByPacket, OpenFlowJudge } from './open-flow-judge.ts';
import type { OpenFlowJudgePorts } from './open-flow-judge.ts';
import type { Log } from './platform/log.ts';
import type { OpenSocket } from './platform/open-sockets.ts';
import type { DestroyOutcome } from './platform/sockets.ts';
import { RuleEnds } from './rule-ends.ts';

type OpenSockets = Generator<OpenSocket | undefined, void, undefined>;

export interface FlowCutterPorts extends OpenFlowJudgePorts {
  /** Read only as far as it is asked for; undefined: nothing yet. */
  readonly openSockets: () => OpenSockets;
  /** False while the firewall is paused, and where no rule denies anything. */
  readonly mayDeny: () => boolean;
  /** When the next rule ends by itself, milliseconds since 1970. */
  readonly nextEndMs: () => number | undefined;
  readonly end: (socket: OpenSocket) => DestroyOutcome;
  readonly afterCut: (flow: Flow, verdict: Verdict) => void;
  readonly log: Pick<Log, 'warn'>;
}

export interface CutCounts {
  readonly cut: number;
  /** Denied, and the kernel has no way to end them. */
  readonly notCut: number;
}

/** Changes within this time are one: an editor writes twice, an import puts a hundred rules. */
const GATHER_MS = 50;
/** By then a packet that waited in the queue is refused: it was sent before the look that left its socket. */
const LOOK_AGAIN_MS = 250;
/** Then packets have their turn. */
const SLICE_MS = 2;
const RETRY_MS = 500;
const MOST_RETRIES = 3;

export class FlowCutter {
  readonly #ports: FlowCutterPorts;
  readonly #judge: OpenFlowJudge;
  readonly #ruleEnds: RuleEnds;
  /** While sockets are judged. */
  #sockets: Iterator<OpenSocket | undefined> | undefined;
  #starting: NodeJS.Timeout | undefined;
  #next: NodeJS.Immediate | undefined;
  #isWanted = false;
  /** Sockets whose next packet is judged anyway, and that are looked at once more. */
  readonly #left = new Map<bigint, OpenSocket>();
  #isSecondLook = false;
  #retries = 0;
  #cut = 0;
  #notCut = 0;

  constructor(ports: FlowCutterPorts) {
    this.#ports = ports;
    this.#judge = new OpenFlowJudge(ports);
    this.#ruleEnds = new RuleEnds({ ...ports, onEnd: () => this.#want() });
    this.#ruleEnds.reschedule();
  }

  get counts(): CutCounts {
    return { cut: this.#cut, notCut: this.#notCut };
  }

  /** Call after the change: every socket that is open then is judged by the rules that are in force when its turn comes. */
  rulesChanged(): void {
    this.#ruleEnds.reschedule();
    this.#want();
  }

  stop(): void {
    this.#ruleEnds.stop();
    clearTimeout(this.#starting);
    clearImmediate(this.#next);
    this.#leave();
  }

  #want(): void {
    this.#isWanted = true;
    if (this.#sockets === undefined) this.#startIn(GATHER_MS);
  }

  #startIn(delayMs: number): void {
    // Packets that wait have their turn first.
    this.#starting ??= setTimeout(() => (this.#next = setImmediate(() => this.#start())), delayMs);
  }

  #start(): void {
    this.#starting = undefined;
    this.#isSecondLook = !this.#isWanted;
    this.#isWanted = false;
    this.#work();
  }

  #work(): void {
    try {
      if (this.#judgeSome()) this.#next = setImmediate(() => this.#work());
      else this.#finish();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** False where nothing is left to do. */
  #judgeSome(): boolean {
    const untilMs = performance.now() + SLICE_MS;
    while (this.#ports.mayDeny()) {
      const next = (this.#sockets ??= this.#begin()).next();
      if (next.done === true) return false;
      if (next.value !== undefined) this.#judgeOne(next.value);
      if (performance.now() >= untilMs) return true;
    }
    return false;
  }

  #begin(): Iterator<OpenSocket | undefined> {
    this.#judge.begin();
    return this.#isSecondLook ? this.#left.values() : this.#ports.openSockets();
  }

  #judgeOne(socket: OpenSocket): void {
    const denied = this.#judge.denied(socket);
    if (denied === undefined || this.#isLeftForNow(socket)) return;
    const outcome = this.#ports.end(socket);
    if (outcome === 'not-supported') return this.#noteNotCut();
    if (outcome === 'not-found') return;
    this.#cut += 1;
    this.#ports.afterCut(denied.flow, denied.verdict);
  }

  /**
   * A SYN or a datagram that waits in the queue is refused by its verdict; ended now, its program would read of an abort. What was let
   * through before the change is still there when it is looked at again.
   */
  #isLeftForNow(socket: OpenSocket): boolean {
    if (!isJudgedByPacket(socket) || this.#left.has(socket.cookie)) return false;
    this.#left.set(socket.cookie, socket);
    return true;
  }

  #noteNotCut(): void {
    this.#notCut += 1;
    if (this.#notCut > 1) return;
    this.#ports.log.warn(
      'a flow that a rule denies stays open: the kernel cannot end the sockets of others',
      {
        remedy: 'a kernel with CONFIG_INET_DIAG_DESTROY; its new flows are denied',
      },
    );
  }

  #finish(): void {
    this.#leave();
    this.#retries = 0;
    if (this.#isSecondLook) this.#left.clear();
    if (this.#isWanted) this.#startIn(GATHER_MS);
    else if (this.#left.size > 0) this.#startIn(LOOK_AGAIN_MS);
  }

  #fail(error: unknown): void {
    this.#leave();
    this.#retries += 1;
    const isLast = this.#retries > MOST_RETRIES;
    this.#ports.log.warn('not all open flows could be judged by the changed rules', {
      error: error instanceof Error ? error.message : String(error),
      next: isLast ? 'with the next change' : 'again at once',
    });
    if (isLast) this.#retries = 0;
    else this.#isWanted ||= !this.#isSecondLook;
    if (!isLast || this.#isWanted) this.#startIn(RETRY_MS);
  }

  #leave(): void {
    this.#sockets?.return?.();
    this.#sockets = undefined;
  }
}
