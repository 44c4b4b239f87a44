// Whose message it is: only the main frame of a window of ours that shows a page of ours may ask for anything.
import { isPageUrl } from './app-scheme.ts';

export interface Frame {
  readonly url: string;
  /** Null for the main frame of a window. */
  readonly parent: unknown;
}

export interface Sender {
  /** Of the web contents. */
  readonly senderId: number;
  /** Null where the frame is gone or shows another page by now. */
  readonly frame: Frame | null;
}

export function isTrusted({ senderId, frame }: Sender, isWindow: (id: number) => boolean): boolean {
  return frame !== null && frame.parent === null && isPageUrl(frame.url) && isWindow(senderId);
}
