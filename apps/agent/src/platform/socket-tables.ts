// The kernel's tables of ping and raw sockets (/proc/net/icmp, icmp6, raw, raw6): sock_diag does not tell of them everywhere.
import { readFileSync } from 'node:fs';

/** A line of a table. `number` is where other tables have the local port: a ping socket's identifier, a raw socket's protocol. */
export interface TableSocket {
  readonly number: number;
  readonly uid: number;
  /** 0 where no process has it open. */
  readonly inode: number;
}

export type SocketTable = 'icmp' | 'icmp6' | 'raw' | 'raw6';

/** Of this network namespace. Empty where the kernel has no such sockets. */
export function readSocketTable(table: SocketTable): readonly TableSocket[] {
  try {
    return parseSocketTable(readFileSync(`/proc/self/net/${table}`, 'utf8'));
  } catch {
    // Without IPv6, and in kernels that are built without the protocol.
    return [];
  }
}

/** `  sl  local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode ...`, a heading first. */
export function parseSocketTable(text: string): readonly TableSocket[] {
  return text.split('\n').slice(1).flatMap(parseLine);
}

function parseLine(line: string): readonly TableSocket[] {
  const fields = line.trim().split(/\s+/);
  const number = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
  const [uid, inode] = [Number(fields[7]), Number(fields[9])];
  return [number, uid, inode].every(Number.isInteger) ? [{ number, uid, inode }] : [];
}
