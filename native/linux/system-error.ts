// The shape of every error that a system call of this package throws.

/** `code` as in 'EPERM', `errno` negative as in Node, `syscall` as in 'setns'. */
export interface SystemError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && 'errno' in error && 'syscall' in error;
}
