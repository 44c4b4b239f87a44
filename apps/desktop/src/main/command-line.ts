// What the application is started with, the first time and by whoever starts it again while it runs.
import { BACKGROUND_OPTION } from './autostart.ts';

export interface CommandLine {
  /** Without the main window, as at the beginning of a session. */
  readonly isBackground: boolean;
  readonly socketPath: string | undefined;
}

const SOCKET_OPTION = '--socket=';

/** Chromium's own switches, which are among the words, are none of ours. */
export function readCommandLine(words: readonly string[]): CommandLine {
  const socket = words.find((word) => word.startsWith(SOCKET_OPTION))?.slice(SOCKET_OPTION.length);
  return {
    isBackground: words.includes(BACKGROUND_OPTION),
    socketPath: socket === '' ? undefined : socket,
  };
}
