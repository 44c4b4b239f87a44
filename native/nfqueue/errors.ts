// Turns a refusal of the kernel into an error that says what was tried, what happened and what to do.
import { getSystemErrorName } from 'node:util';

export class NfqueueError extends Error {
  override readonly name = 'NfqueueError';
  /** 'EPERM', 'EBUSY', ..., or 'ERR_QUEUE_CLOSED'. */
  readonly code: string;
  /** Positive errno, as the kernel gave it; 0 when the call never reached the kernel. */
  readonly errno: number;
  readonly syscall: string;

  constructor(message: string, details: NfqueueErrorDetails) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.errno = details.errno;
    this.syscall = details.syscall;
  }
}

interface NfqueueErrorDetails {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly cause?: unknown;
}

interface NativeFailure {
  readonly errno: number;
  readonly syscall: string;
  readonly step: string;
}

/** The name of an errno ('ENOENT'), also for numbers that Node does not know. */
export function errorName(errno: number): string {
  return errno > 0 && errno < 4096 ? getSystemErrorName(-errno) : `errno ${errno}`;
}

export function closedError(queue: number): NfqueueError {
  return new NfqueueError(
    `Queue ${queue} is closed: the kernel dropped its waiting packets, so there is nothing to answer`,
    { code: 'ERR_QUEUE_CLOSED', errno: 0, syscall: '' },
  );
}

/** What the native side threw, with advice; anything that is not a refusal of the kernel is returned unchanged. */
export function explain(queue: number, cause: unknown): unknown {
  if (!isNativeFailure(cause)) return cause;
  const code = refusalCode(cause);
  const message = `NFQUEUE ${queue}: ${attempt(cause)} failed with ${errorName(cause.errno)}${advice(cause)}`;
  return new NfqueueError(message, { code, errno: cause.errno, syscall: cause.syscall, cause });
}

// The kernel answers EPERM to a bind when another socket owns the queue; the capability was proved one step before.
function refusalCode(failure: NativeFailure): string {
  return isTaken(failure) ? 'EBUSY' : errorName(failure.errno);
}

function isTaken(failure: NativeFailure): boolean {
  return failure.step === 'bind' && ['EPERM', 'EBUSY'].includes(errorName(failure.errno));
}

const attempts: Readonly<Record<string, string>> = {
  socket: 'opening a NETLINK_NETFILTER socket',
  capability: 'sending a configuration request',
  'no-enobufs': 'setting NETLINK_NO_ENOBUFS',
  'receive-buffer': 'setting the receive buffer size',
  bind: 'binding the queue',
  'max-length': 'setting the queue length',
  poll: 'adding the socket to the event loop',
  verdict: 'sending a verdict',
};

function attempt(failure: NativeFailure): string {
  return attempts[failure.step] ?? failure.step;
}

function advice(failure: NativeFailure): string {
  if (isTaken(failure)) {
    return ': another program listens on this queue (see /proc/net/netfilter/nfnetlink_queue); stop it or choose another number';
  }
  switch (errorName(failure.errno)) {
    case 'EPERM':
      return ': it needs CAP_NET_ADMIN in the network namespace, and the receive buffer needs it in the initial user namespace; run as root';
    case 'EPROTONOSUPPORT':
    case 'EINVAL':
      return ': the kernel has no nfnetlink_queue; load the module (modprobe nfnetlink_queue)';
    case 'ENOTSUP':
    case 'EOPNOTSUPP':
      return ': this kernel does not know one of the flags failOpen, gso, uidGid';
    case 'ENOBUFS':
      return ': the receive buffer is full; answer faster or raise receiveBufferBytes';
    default:
      return '';
  }
}

function isNativeFailure(value: unknown): value is NativeFailure {
  return value instanceof Error && 'errno' in value && 'syscall' in value && 'step' in value;
}
