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

/** The one that the agent is in. */
export function ownNetworkPlace(namespace: bigint): NetworkPlace {
  return { namespace, run: (work) => work() };
}

/**
 * Each of the others once; undefined now and then, so that the caller can do something else. Those that the kernel keeps from us are left
 * out, and so are those without a process, whose sockets can only be another namespace's.
 */
export function* otherNetworkPlaces(own: bigint): Generator<NetworkPlace | undefined, void, undefined> {
  const known = new Set([namespaceLinkOf('self')]);
  let looked = 0;
  for (const pid of processes()) {
    if ((looked += 1) % PROCESSES_AT_ONCE === 0) yield undefined;
    const link = namespaceLinkOf(pid);
    if (link === undefined || known.has(link)) continue;
    known.add(link);
    const namespace = cookieAt(pid);
    // The process may have gone home since.
    if (namespace !== undefined && namespace !== own) yield placeOf(pid, { own, namespace });
  }
}

interface Sought {
  /** Cookie of the agent's own namespace. */
  readonly own: bigint;
  readonly namespace: bigint;
}

/** Does something in the namespace with this cookie; undefined where no process is in it any more. */
export function runInNetworkNamespace<Result>(
  { own, namespace }: Sought,
  work: () => Result,
): Result | undefined {
  if (namespace === own) return work();
  for (const place of otherNetworkPlaces(own)) if (place?.namespace === namespace) return place.run(work);
  return undefined;
}

/** By the process that it was seen with; where that ended or went elsewhere, by another one. */
function placeOf(pid: string, sought: Sought): NetworkPlace {
  const { namespace } = sought;
  return {
    namespace,
    run: (work) => {
      const settled = runAt(pid, namespace, work);
      return settled === undefined ? runInNetworkNamespace(sought, work) : settled();
    },
  };
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
