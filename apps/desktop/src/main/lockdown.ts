// What pages of ours never need, and therefore never get: other places, other windows, frames of foreign content, permissions,
// devices, downloads, certificates that do not hold, and any request that is not one of ours.
import type { App, Session, WebContents } from 'electron';
import { isOwnUrl, isPageUrl } from './app-scheme.ts';

/** Before the first window. */
export function lockApplication(application: Pick<App, 'on'>): void {
  application.on('web-contents-created', (_event, contents) => lockContents(contents));
  application.on('certificate-error', (event, ...[, , , , answer]) => {
    event.preventDefault();
    answer(false);
  });
  application.on('select-client-certificate', (event) => event.preventDefault());
  application.on('login', (event) => event.preventDefault());
}

export function lockContents(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  contents.on('will-navigate', keepOnPage);
  contents.on('will-frame-navigate', keepOnPage);
  contents.on('will-redirect', keepOnPage);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** A page may load itself again. */
function keepOnPage(event: { readonly url: string; readonly preventDefault: () => void }): void {
  if (!isPageUrl(event.url)) event.preventDefault();
}

type LockedParts =
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setSpellCheckerEnabled'
  | 'webRequest'
  | 'on';

export function lockSession(session: Pick<Session, LockedParts>): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  // Its dictionaries would be downloaded.
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwnUrl(url) }));
}
