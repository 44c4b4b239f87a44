// What a page is told where the web shell does not do as asked.
import type { DesktopError } from '../shared/state.ts';

export const SHELL_AWAY: DesktopError = {
  kind: 'unavailable',
  text: 'The program behind this window does not answer.',
  remedy: 'If it was stopped, run `sallyport web` again and open the address that it shows.',
};

/** By the status of the response. */
export function failureOf(status: number): DesktopError {
  if (status === 401) return NO_SESSION;
  if (status === 429) return TOO_MANY;
  return { kind: 'internal', text: `The program behind this window answered with ${status}.`, remedy: '' };
}

const NO_SESSION: DesktopError = {
  kind: 'not-permitted',
  text: 'This window is not signed in, or was not used for long.',
  remedy: 'Open the address that `sallyport web` shows. It works once, within a minute.',
};

const TOO_MANY: DesktopError = {
  kind: 'limit',
  text: 'Too many windows of Sallyport are open in this browser.',
  remedy: 'Close one of them; this one goes on by itself.',
};
