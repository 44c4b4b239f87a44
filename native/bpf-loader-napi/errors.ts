// The one error class of this package, made from the negative errno that the native side answers.
import { getSystemErrorMap } from 'node:util';
import { native } from './native.ts';

/** What was being done: the operation's short name and, for the message, the same in words. */
export interface Attempt {
  readonly operation: string;
  readonly tried: string;
}

/** A refusal by the kernel or by libbpf. */
export class BpfError extends Error {
  override readonly name = 'BpfError';
  /** 'EPERM', 'ENOENT', ...; 'UNKNOWN' for a number that the system has no name for. */
  readonly code: string;
  /** Positive error number. */
  readonly errno: number;
  /** 'load', 'attachCgroup', 'mapUpdate', ... */
  readonly operation: string;
  /** All that libbpf said, without the verifier's part. */
  readonly log: string;
  /** The kernel verifier's whole log, where a program was refused. */
  readonly verifierLog: string | undefined;

  constructor(attempt: Attempt, errno: number, log = '') {
    const { code, meaning } = describeErrno(errno);
    const { rest, verifierLog } = splitLog(log);
    super(composeMessage({ attempt, code, meaning, rest, verifierLog }));
    this.code = code;
    this.errno = errno;
    this.operation = attempt.operation;
    this.log = rest;
    this.verifierLog = verifierLog;
  }
}

/** Throws for a negative status, with what libbpf said about it. */
export function check<Value>(answer: Value, attempt: Attempt): Exclude<Value, number> {
  if (typeof answer === 'number') throw new BpfError(attempt, -answer, native.takeLog());
  return answer as Exclude<Value, number>;
}

/** As `check`, for calls whose good answer is a number too (0, a descriptor, a yes or no). */
export function checkNumber(answer: number, attempt: Attempt): number {
  if (answer < 0) throw new BpfError(attempt, -answer, native.takeLog());
  return answer;
}

export const errorNumbers = { ENOENT: 2, ENOSPC: 28, EINVAL: 22, EOPNOTSUPP: 95, ENOTSUPP: 524 } as const;

function describeErrno(errno: number): { readonly code: string; readonly meaning: string } {
  // The kernel's own ENOTSUPP is not in the C library's table.
  if (errno === errorNumbers.ENOTSUPP) return { code: 'ENOTSUPP', meaning: 'not supported by the kernel' };
  const [code, meaning] = getSystemErrorMap().get(-errno) ?? ['UNKNOWN', `error ${errno}`];
  return { code, meaning };
}

const verifierPart =
  /^.*-- BEGIN (?:PROG LOAD|BPF PROGRAM LOAD) LOG --\n([\s\S]*?)-- END (?:PROG LOAD|BPF PROGRAM LOAD) LOG --\n?/gm;

function splitLog(log: string): { readonly rest: string; readonly verifierLog: string | undefined } {
  const parts = [...log.matchAll(verifierPart)].map((match) => match[1] ?? '');
  const rest = log.replace(verifierPart, '').trim();
  return { rest, verifierLog: parts.length === 0 ? undefined : parts.join('\n') };
}

interface MessageParts {
  readonly attempt: Attempt;
  readonly code: string;
  readonly meaning: string;
  readonly rest: string;
  readonly verifierLog: string | undefined;
}

function composeMessage({ attempt, code, meaning, rest, verifierLog }: MessageParts): string {
  const lines = [`cannot ${attempt.tried}: ${code} (${meaning})`];
  const advice = adviceFor(code, verifierLog !== undefined);
  if (advice !== undefined) lines.push(advice);
  if (rest !== '') lines.push(`libbpf: ${lastLines(rest, 6)}`);
  if (verifierLog !== undefined) lines.push(`verifier: ${lastLines(verifierLog, 12)}`);
  return lines.join('\n');
}

function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n');
  const shown = lines.slice(-count).map((line) => line.slice(0, 300));
  return (lines.length > count ? ['...', ...shown] : shown).join('\n  ');
}

const advices: Readonly<Record<string, string>> = {
  EPERM:
    'The kernel forbids it: run as root (or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON), and see whether kernel lockdown ' +
    '(/sys/kernel/security/lockdown) or a container denies it.',
  EACCES: 'The verifier or a file permission refused it: read the log, and run as root (or with CAP_BPF).',
  EINVAL: 'The kernel may be too old for what is asked, or an argument does not fit the program or map type.',
  E2BIG:
    'A program or map is larger than this kernel takes, or the kernel is too old to know a field that is used.',
  ENOENT:
    'The named thing does not exist; for CO-RE programs check that /sys/kernel/btf/vmlinux exists (CONFIG_DEBUG_INFO_BTF).',
  ESRCH:
    'The kernel type or function that the program names does not exist in this kernel (see /sys/kernel/btf/vmlinux).',
  EOPNOTSUPP: 'This kernel or this kind of program or map does not support it.',
  ENOTSUPP: 'This kernel or this kind of program or map does not support it.',
  ENOMEM: 'Out of memory, or, before kernel 5.11, over the locked-memory limit (ulimit -l).',
  EBADF: 'It is closed, or it is not loaded: open and load the object again.',
  EEXIST: 'It exists already; remove the old one, or reuse it by openPinnedMap or mapPinDirectory.',
  EBUSY: 'The attachment point is taken by another program that does not share it.',
  ENODEV: 'The kernel does not offer this hook (check its configuration).',
};

function adviceFor(code: string, refusedByVerifier: boolean): string | undefined {
  if (refusedByVerifier && code !== 'EPERM') {
    return 'The kernel verifier refused the program; its reason is at the end of the log (whole in error.verifierLog).';
  }
  return advices[code];
}
