// The network namespaces of this machine in which processes are. What is done in one of them is done with this thread inside of it.
import { readdirSync, readlinkSync } from 'node:fs';
import { inNetworkNamespace, isSystemError, networkNamespaceCookie } from '@sallyport/linux';

export interface NetworkPlace {
  /** Cookie of the namespace; 0n on kernels that do not tell. */
  readonly namespace: bigint;
  /** Undefined where no process is in it any more. */
  readonly run: <Result>(work: () => Result) => Result | undefined;
}

/** Some processes are looked at in one piece, about a tenth of a millisecond. */
const PROCESSES_AT_ONCE = 16;

export class NetworkPlaces {
  /** The one that the agent is in. */
  readonly own: NetworkPlace;
  /** Of each other one a process that was seen in it. */
  readonly #pids = new Map<bigint, string>();

  constructor(own: bigint) {
    this.own = { namespace: own, run: (work) => work() };
  }

  /**
   * Each of the others once; undefined now and then, so that the caller can do something else. Those that the kernel keeps from us are left
   * out, and so are those without a process, whose sockets can only be another namespace's.
   */
  *others(): Generator<NetworkPlace | undefined, void, undefined> {
    this.#pids.clear();
    const known = new Set([namespaceLinkOf('self')]);
    let looked = 0;
    for (const pid of processes()) {
      if ((looked += 1) % PROCESSES_AT_ONCE === 0) yield undefined;
      const link = namespaceLinkOf(pid);
      if (link === undefined || known.has(link)) continue;
      known.add(link);
      const namespace = cookieAt(pid);
      // The process may have gone home since.
      if (namespace === undefined || namespace === this.own.namespace) continue;
      this.#pids.set(namespace, pid);
      yield { namespace, run: (work) => this.run(namespace, work) };
    }
  }

  /** By the process that was seen in it; where that ended or went elsewhere, by another one. Undefined where there is none any more. */
  run<Result>(namespace: bigint, work: () => Result): Result | undefined {
    if (namespace === this.own.namespace) return work();
    const pid = this.#pids.get(namespace);
    const settled = pid === undefined ? undefined : runAt(pid, namespace, work);
    if (settled !== undefined) return settled();
    for (const place of this.others()) if (place?.namespace === namespace) return place.run(work);
    return undefined;
  }
}

/** Returns or throws what the work did; undefined where the process is not in the namespace, and nothing was done. */
type Settled<Result> = (() => Result) | undefined;

function runAt<Result>(pid: string, namespace: bigint, work: () => Result): Settled<Result> {
  const workThere = (): Settled<Result> =>
    networkNamespaceCookie() === namespace ? settle(work) : undefined;
  return ifAllowed(() => inNetworkNamespace(pathOf(pid), workThere));
}

function settle<Result>(work: () => Result): () => Result {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function processes(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function pathOf(pid: string): string {
  return `/proc/${pid}/ns/net`;
}

/** As in `net:[4026531840]`. */
function namespaceLinkOf(pid: string): string | undefined {
  return ifAllowed(() => readlinkSync(pathOf(pid)));
}

function cookieAt(pid: string): bigint | undefined {
  return ifAllowed(() => inNetworkNamespace(pathOf(pid), () => networkNamespaceCookie() ?? 0n));
}

/** Undefined where the process is gone, or kept from us. */
function ifAllowed<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
