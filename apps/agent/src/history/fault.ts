// What is wrong with the history database, in words, from what SQLite or the file system threw.
import { NewerSchemaError } from './schema.ts';

export type FaultKind = 'corrupt' | 'full' | 'read-only' | 'locked' | 'newer' | 'other';

export interface HistoryFault {
  readonly kind: FaultKind;
  readonly text: string;
  readonly remedy: string;
}

/** Primary result codes, https://sqlite.org/rescode.html; the extended ones have them in their low byte. */
const SQLITE_KINDS: Readonly<Record<number, FaultKind>> = {
  5: 'locked',
  6: 'locked',
  8: 'read-only',
  11: 'corrupt',
  13: 'full',
  26: 'corrupt',
};
const ERRNO_KINDS: Readonly<Record<string, FaultKind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
};

export function faultOf(error: unknown, file: string): HistoryFault {
  const kind = kindOf(error);
  const said = error instanceof Error ? error.message : String(error);
  return { kind, text: `The history cannot be written to ${file}: ${said}.`, remedy: remedyOf(kind, file) };
}

function kindOf(error: unknown): FaultKind {
  if (error instanceof NewerSchemaError) return 'newer';
  if (!(error instanceof Error)) return 'other';
  if ('errcode' in error && typeof error.errcode === 'number')
    return SQLITE_KINDS[error.errcode & 0xff] ?? 'other';
  if ('code' in error && typeof error.code === 'string') return ERRNO_KINDS[error.code] ?? 'other';
  return 'other';
}

function remedyOf(kind: FaultKind, file: string): string {
  switch (kind) {
    case 'corrupt':
      return `Move ${file} away; a new history begins by itself.`;
    case 'full':
      return `Free space on the file system of ${file}; writing goes on by itself.`;
    case 'read-only':
      return `Make ${file} and its folder writable; writing goes on by itself.`;
    case 'locked':
      return `End the program that holds ${file} (fuser ${file} names it); writing goes on by itself.`;
    case 'newer':
      return `Update Sallyport, or move ${file} away to begin a new history.`;
    case 'other':
      return `Look at ${file} and its folder; writing goes on by itself once they can be used.`;
  }
}
