// The way of pages to this process as Electron has it: app://, the channel of calls and the ports of updates.
import { ipcMain } from 'electron';
import type { IpcMainEvent, IpcMainInvokeEvent, MessagePortMain, Session } from 'electron';
import { CALL_CHANNEL, UPDATES_CHANNEL } from '../shared/ipc-protocol.ts';
import { pageResponse, SCHEME } from './app-scheme.ts';
import type { ServedPages } from './app-scheme.ts';
import type { PageLink, UpdatePort } from './page-link.ts';
import type { Sender } from './sender.ts';

export function servePages(session: Session, pages: ServedPages): void {
  session.protocol.handle(SCHEME, (request) => pageResponse(pages, request));
}

export function linkPages(pages: PageLink): void {
  ipcMain.handle(CALL_CHANNEL, (event, name: unknown, argument: unknown) =>
    pages.call(senderOf(event), name, argument),
  );
  ipcMain.on(UPDATES_CHANNEL, (event) => {
    const [port] = event.ports;
    if (port !== undefined) pages.follow(senderOf(event), portOf(port));
  });
}

function senderOf({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): Sender {
  return { senderId: sender.id, frame: senderFrame };
}

function portOf(port: MessagePortMain): UpdatePort {
  port.start();
  return {
    post: (update) => port.postMessage(update),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  };
}
