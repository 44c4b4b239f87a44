// One program of an object: what it is, and attaching it to its hook.
import { closeSync, constants, openSync } from 'node:fs';
import { BpfIterator, BpfLink } from './bpf-link.ts';
import { check, checkNumber } from './errors.ts';
import type { Attempt } from './errors.ts';
import type { NativeLink, NativeObject, Status } from './native.ts';
import { programTypeName } from './type-names.ts';
import type { ProgramType } from './type-names.ts';

export interface ProgramInformation {
  readonly id: number;
  readonly name: string;
  readonly type: ProgramType;
  /** Instructions after the kernel's rewriting. */
  readonly instructions: number;
  /** Bytes of machine code; 0 where the JIT is off. */
  readonly jitedLength: number;
  /** What the verifier walked through (kernel 5.16, else 0); its limit is a million. */
  readonly verifiedInstructions: number;
  /** Counted while `enableStatistics` is on. */
  readonly runCount: bigint;
  readonly runTimeNs: bigint;
}

/** @internal What a program needs of its object. */
export interface ProgramHome {
  readonly native: NativeObject;
  readonly links: Set<BpfLink>;
}

export class BpfProgram {
  readonly name: string;
  /** The section that it was compiled into, as 'cgroup/connect4'. */
  readonly section: string;
  readonly type: ProgramType;
  readonly #home: ProgramHome;

  /** @internal */
  constructor(
    home: ProgramHome,
    entry: { readonly name: string; readonly section: string; readonly type: number },
  ) {
    this.#home = home;
    this.name = entry.name;
    this.section = entry.section;
    this.type = programTypeName(entry.type);
  }

  get fd(): number {
    return checkNumber(
      this.#home.native.programFd(this.name),
      this.#attempt('programFd', 'get the descriptor of'),
    );
  }

  /** Before load: whether the object's `load` loads this program too (an optional hook that the kernel may lack). */
  setAutoload(autoload: boolean): void {
    const status = this.#home.native.setAutoload(this.name, autoload);
    checkNumber(status, this.#attempt('setAutoload', 'choose whether to load'));
  }

  info(): ProgramInformation {
    const answer = this.#home.native.programInformation(this.name);
    const information = check(answer, this.#attempt('programInformation', 'describe'));
    return { ...information, type: programTypeName(information.type) };
  }

  pin(path: string): void {
    const status = this.#home.native.pinProgram(this.name, path);
    checkNumber(status, this.#attempt('programPin', 'pin', `at ${path}`));
  }

  /** Attaches by the section's name; for sections that say where, as SEC("tp_btf/...") and SEC("kprobe/..."). */
  attach(): BpfLink {
    return this.#link(
      this.#home.native.attach(this.name),
      this.#attempt('attach', 'attach', `by its section ${this.section}`),
    );
  }

  /** Attaches to a cgroup v2 directory, given by path or by an open descriptor, and so to all cgroups below it. */
  attachCgroup(directory: string | number): BpfLink {
    if (!this.type.startsWith('cgroup_') && this.type !== 'sock_ops') {
      throw new TypeError(
        `program ${this.name} is of type ${this.type}: only cgroup programs attach to a cgroup`,
      );
    }
    const attempt = this.#attempt('attachCgroup', 'attach', `to cgroup ${directory}`);
    if (typeof directory === 'number')
      return this.#link(this.#home.native.attachCgroup(this.name, directory), attempt);
    const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      return this.#link(this.#home.native.attachCgroup(this.name, fd), attempt);
    } finally {
      closeSync(fd);
    }
  }

  attachKprobe(symbol: string, options: { readonly retprobe?: boolean } = {}): BpfLink {
    const retprobe = options.retprobe ?? false;
    const attempt = this.#attempt(
      'attachKprobe',
      'attach',
      `to ${retprobe ? 'kretprobe' : 'kprobe'} ${symbol}`,
    );
    return this.#link(this.#home.native.attachKprobe(this.name, symbol, retprobe), attempt);
  }

  attachTracepoint(category: string, event: string): BpfLink {
    const attempt = this.#attempt('attachTracepoint', 'attach', `to tracepoint ${category}/${event}`);
    return this.#link(this.#home.native.attachTracepoint(this.name, category, event), attempt);
  }

  attachRawTracepoint(event: string): BpfLink {
    const attempt = this.#attempt('attachRawTracepoint', 'attach', `to raw tracepoint ${event}`);
    return this.#link(this.#home.native.attachRawTracepoint(this.name, event), attempt);
  }

  /** For SEC("tp_btf/..."), SEC("fentry/...") and SEC("fexit/..."): the target is in the section's name. */
  attachTracingBtf(): BpfLink {
    const attempt = this.#attempt('attachTracingBtf', 'attach', `to ${this.section}`);
    return this.#link(this.#home.native.attachTracingBtf(this.name), attempt);
  }

  /** For SEC("iter/..."). */
  attachIterator(): BpfIterator {
    const attempt = this.#attempt('attachIterator', 'attach', `to ${this.section}`);
    const link = check(this.#home.native.attachIterator(this.name), attempt);
    const iterator: BpfIterator = new BpfIterator(link, {
      onClosed: () => this.#home.links.delete(iterator),
    });
    this.#home.links.add(iterator);
    return iterator;
  }

  #link(answer: NativeLink | Status, attempt: Attempt): BpfLink {
    const link: BpfLink = new BpfLink(check(answer, attempt), {
      onClosed: () => this.#home.links.delete(link),
    });
    this.#home.links.add(link);
    return link;
  }

  #attempt(operation: string, verb: string, rest = ''): Attempt {
    return { operation, tried: `${verb} program ${this.name} ${rest}`.trimEnd() };
  }
}
