// A stream of updates to one page: one JSON document a line. The next one is sent when the kernel has taken the last, so a page
// that does not read holds back its own stream, and then gets a snapshot instead of what it missed.
import type { ServerResponse } from 'node:http';
import type { DesktopHost } from '../host/desktop-host.ts';
import { HEARTBEAT_MS } from '../shared/web-protocol.ts';

/** A page that takes nothing for so long is frozen or gone; it comes back by itself. */
const STALLED_MS = 60_000;

export interface UpdateStreamOptions {
  readonly subscribe: DesktopHost['subscribe'];
  /** Ends the stream. */
  readonly signal: AbortSignal;
  readonly stalledMs?: number;
}

/** Resolves when the stream has ended, for whatever reason. */
export function streamUpdates(response: ServerResponse, options: UpdateStreamOptions): Promise<void> {
  const { subscribe, signal, stalledMs = STALLED_MS } = options;
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8' });
  const leave = subscribe((update) => write(response, `${JSON.stringify(update)}\n`, stalledMs));
  const heartbeat = setInterval(() => {
    if (response.writableLength === 0) response.write('\n');
  }, HEARTBEAT_MS);
  const end = (): unknown => response.destroy();
  signal.addEventListener('abort', end);
  return new Promise((resolve) =>
    response.on('close', () => {
      clearInterval(heartbeat);
      signal.removeEventListener('abort', end);
      leave();
      resolve();
    }),
  );
}

/** Resolves when the line is with the kernel; rejects where the page is gone. */
function write(response: ServerResponse, line: string, stalledMs: number): Promise<void> {
  const stalled = setTimeout(() => response.destroy(), stalledMs);
  return new Promise((resolve, reject) =>
    response.write(line, (failure) => {
      clearTimeout(stalled);
      if (failure instanceof Error) reject(failure);
      else resolve();
    }),
  );
}
