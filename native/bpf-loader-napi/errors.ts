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
  const [code, meaning] = getSystemErrorMap().get(-errno) ?? ownErrors[errno] ?? [];
  return { code: code ?? 'UNKNOWN', meaning: meaning ?? `error ${errno}` };
}

// Numbers that libuv does not name: of Linux, the kernel's internal ENOTSUPP, and libbpf's own from 4000 (bpf/libbpf.h).
const ownErrors: Readonly<Record<number, readonly [code: string, meaning: string]>> = {
  8: ['ENOEXEC', 'damaged object file'],
  11: ['EAGAIN', 'not yet possible'],
  22: ['EINVAL', 'invalid argument'],
  74: ['EBADMSG', 'bad message'],
  524: ['ENOTSUPP', 'not supported by the kernel'],
  4000: ['LIBELF', 'not a readable ELF file'],
  4001: ['FORMAT', 'not a valid BPF object'],
  4003: ['ENDIAN', 'compiled for the other byte order'],
  4004: ['INTERNAL', 'internal error of libbpf'],
  4005: ['RELOC', 'a relocation failed'],
};

const verifierPart =
  /^.*-- BEGIN (?:PROG LOAD|BPF PROGRAM LOAD) LOG --\n([\s\S]*?)-- END (?:PROG LOAD|BPF PROGRAM LOAD) LOG --\n?/gm;

function splitLog(log: string): { readonly rest: string; readonly verifierLog: string | undefined } {
  const parts = [...log.matchAll(verifierPart)].map((match) => match[1] ?? '');
  const rest = log
    .replace(verifierPart, '')
    .replace(/^libbpf: /gm, '')
    .trim();
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
  const advice = adviceFor({
    operation: attempt.operation,
    code,
    refusedByVerifier: verifierLog !== undefined,
  });
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
  ENOEXEC: 'The file is damaged or not a BPF object: build it again.',
  LIBELF: 'The file is damaged or not a BPF object: build it again.',
  FORMAT: 'The file is damaged or not a BPF object: build it again.',
  EAGAIN: 'Load the object first.',
  EROFS: 'Constants can be set before load alone.',
  EALREADY: 'An object is loaded once: open it again.',
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

interface AdviceNeed {
  readonly operation: string;
  readonly code: string;
  readonly refusedByVerifier: boolean;
}

function adviceFor({ operation, code, refusedByVerifier }: AdviceNeed): string | undefined {
  if (refusedByVerifier && code !== 'EPERM') {
    return 'The kernel verifier refused the program; its reason is at the end of the log (whole in error.verifierLog).';
  }
  if (operation === 'attachKprobe' || operation === 'attachTracepoint' || operation === 'attach')
    return perfAdvice;
  return advices[code];
}

const perfAdvice =
  'Kprobes and tracepoints need a kernel with CONFIG_KPROBE_EVENTS and perf events, tracefs mounted at /sys/kernel/tracing, ' +
  'root, and no lockdown (/sys/kernel/security/lockdown); check that the function or event exists there.';
