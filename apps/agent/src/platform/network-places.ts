// The network namespaces of this machine in which processes are. What is done in one of them is done with this thread inside of it.
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { inNetworkNamespace, isSystemError, networkNamespaceCookie } from '@sallyport/linux';

export interface NetworkPlace {
  /** Cookie of the namespace; 0n on kernels that do not tell. */
  readonly namespace: bigint;
  readonly run: <Result>(work: () => Result) => Result;
}

/** Some processes are looked at in one piece, about a tenth of a millisecond. */
const PROCESSES_AT_ONCE = 16;

/** The one that the agent is in. */
export function ownNetworkPlace(namespace: bigint): NetworkPlace {
  return { namespace, run: (work) => work() };
}

/**
 * Each of the others once, good until the next is asked for; undefined now and then, so that the caller can do something else. Those that
 * the kernel keeps from us are left out, and so are those without a process, whose sockets can only be another namespace's.
 */
export function* otherNetworkPlaces(own: bigint): Generator<NetworkPlace | undefined, void, undefined> {
  const known = new Set([namespaceLinkOf('self')]);
  let looked = 0;
  for (const pid of processes()) {
    if ((looked += 1) % PROCESSES_AT_ONCE === 0) yield undefined;
    const link = namespaceLinkOf(pid);
    if (link === undefined || known.has(link)) continue;
    known.add(link);
    const descriptor = openNamespace(pid);
    if (descriptor === undefined) continue;
    try {
      const place = placeAt(`/proc/self/fd/${descriptor}`);
      // The process may have gone home since.
      if (place !== undefined && place.namespace !== own) yield place;
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Does something in the namespace with this cookie; undefined where there is none any more. */
export function runInNetworkNamespace<Result>(
  place: { readonly own: bigint; readonly namespace: bigint },
  work: () => Result,
): Result | undefined {
  if (place.namespace === place.own) return work();
  for (const other of otherNetworkPlaces(place.own))
    if (other?.namespace === place.namespace) return other.run(work);
  return undefined;
}

function placeAt(path: string): NetworkPlace | undefined {
  const run: NetworkPlace['run'] = (work) => inNetworkNamespace(path, work);
  return ifAllowed(() => ({ run, namespace: run(networkNamespaceCookie) ?? 0n }));
}

function processes(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** As in `net:[4026531840]`. */
function namespaceLinkOf(pid: string): string | undefined {
  return ifAllowed(() => readlinkSync(`/proc/${pid}/ns/net`));
}

function openNamespace(pid: string): number | undefined {
  return ifAllowed(() => openSync(`/proc/${pid}/ns/net`, 'r'));
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
