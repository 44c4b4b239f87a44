// The real terminal: raw keys in, whole screens out, and everything put back however the program ends.
import { writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { ReadStream, WriteStream } from 'node:tty';
import { decodeKeys, flushKeys } from './keys.ts';
import type { Key } from './keys.ts';

// Alternate screen, cursor hidden, no automatic wrap (a character wider than assumed cannot shift a line), marked pastes.
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J';
const LEAVE = '\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
// After a lone Escape, so long may the rest of a cursor key's sequence take (a slow link).
const SEQUENCE_GAP_MS = 60;
const STDOUT = 1;
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

export interface TerminalListener {
  readonly key: (key: Key) => void;
  readonly resized: () => void;
  /** Nobody is at the other end any more. */
  readonly ended: () => void;
  /** Back after it was stopped: whatever was on the screen is gone. */
  readonly continued: () => void;
}

export interface Terminal {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Shows the lines; `drawn` is called when the terminal took them. The same lines again are not written twice. */
  readonly draw: (lines: readonly string[], drawn: () => void) => void;
  /** Forgets what is on the screen, so that the next draw writes everything. */
  readonly invalidate: () => void;
  readonly suspend: () => void;
  /** Idempotent; also done when the process exits in any other way. */
  readonly close: () => void;
}

export function openTerminal(input: ReadStream, output: WriteStream, listener: TerminalListener): Terminal {
  let isEntered = false;
  let onScreen: string | undefined;
  const enter = (): void => {
    isEntered = true;
    onScreen = undefined;
    input.setRawMode(true);
    output.write(ENTER);
  };
  const leave = (): void => {
    if (!isEntered) return;
    isEntered = false;
    // Synchronous: this may be the last thing that the process does. A terminal that is gone needs nothing put back.
    ignoringErrors(() => writeSync(STDOUT, LEAVE));
    ignoringErrors(() => input.setRawMode(false));
  };
  const resumed = (): void => {
    leave();
    enter();
    listener.continued();
  };
  const resized = (): void => {
    onScreen = undefined;
    listener.resized();
  };
  const stalls = watchStalls(listener.continued);
  const stopReading = readKeys(input, { ...listener, reading: stalls.check });
  output.on('resize', resized);
  process.on('SIGCONT', resumed);
  process.on('exit', leave);
  enter();
  return {
    size: () => ({ columns: output.columns || DEFAULT_COLUMNS, rows: output.rows || DEFAULT_ROWS }),
    draw: (lines, drawn) => {
      const text = screenText(lines, output.rows || DEFAULT_ROWS);
      if (text === onScreen) return;
      onScreen = text;
      output.write(text, (failure) => {
        if (failure === undefined || failure === null) drawn();
      });
    },
    invalidate: () => (onScreen = undefined),
    suspend: () => {
      leave();
      // The whole job, as the terminal itself does for Ctrl-Z: a wrapper must stop together with us.
      process.kill(0, 'SIGTSTP');
    },
    close: () => {
      leave();
      stalls.close();
      stopReading();
      output.off('resize', resized);
      process.off('SIGCONT', resumed);
      process.off('exit', leave);
    },
  };
}

/** Each line is cleared before it is written: clearing after it would take the last column of a full line away. */
function screenText(lines: readonly string[], rows: number): string {
  const below = lines.length < rows ? '\r\n\u001b[J' : '';
  return `\u001b[H${lines.map((line) => `\u001b[2K${line}`).join('\r\n')}${below}`;
}

// A program that did not run for so long shows what was true then, and reads keys that were typed at something else.
const STALL_MS = 1000;

interface Stalls {
  /** To be called before keys are taken: they may be the first thing that is seen after a stall. */
  readonly check: () => void;
  readonly close: () => void;
}

function watchStalls(stalled: () => void): Stalls {
  let aliveAtMs = performance.now();
  const check = (): void => {
    const nowMs = performance.now();
    const gapMs = nowMs - aliveAtMs;
    aliveAtMs = nowMs;
    if (gapMs > STALL_MS) stalled();
  };
  const timer = setInterval(check, STALL_MS / 4);
  return { check, close: () => clearInterval(timer) };
}

interface KeyListener extends TerminalListener {
  readonly reading: () => void;
}

function readKeys(input: ReadStream, listener: KeyListener): () => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let flushing: NodeJS.Timeout | undefined;
  const flush = (): void => {
    const keys = flushKeys(rest);
    rest = '';
    keys.forEach(listener.key);
  };
  const read = (chunk: Buffer): void => {
    clearTimeout(flushing);
    listener.reading();
    const decoded = decodeKeys(rest, decoder.write(chunk));
    rest = decoded.rest;
    decoded.keys.forEach(listener.key);
    if (rest !== '') flushing = setTimeout(flush, SEQUENCE_GAP_MS);
  };
  input.on('data', read);
  input.on('end', listener.ended);
  input.on('error', listener.ended);
  input.resume();
  return () => {
    clearTimeout(flushing);
    input.off('data', read);
    input.off('end', listener.ended);
    input.pause();
  };
}

function ignoringErrors(action: () => void): void {
  try {
    action();
  } catch {
    // Nothing can be done, and nobody is there to be told.
  }
}
