// The DesktopApi of a page in Electron: calls by invoke, updates by a port of their own. Everything is checked on the other side.
import { CALL_NAMES, WINDOW_CALL_NAMES } from '../shared/call-names.ts';
import type { DesktopApi, DesktopCalls, WindowCalls } from '../shared/desktop-api.ts';
import { CALL_CHANNEL, TAKEN, UPDATES_CHANNEL } from '../shared/ipc-protocol.ts';
import type { DesktopUpdate } from '../shared/state.ts';

/** The part of Electron's ipcRenderer that is used. */
export interface IpcPort {
  readonly invoke: (channel: string, ...words: unknown[]) => Promise<unknown>;
  readonly postMessage: (channel: string, message: unknown, transfer: MessagePort[]) => void;
}

export function preloadApi(ipc: IpcPort): DesktopApi {
  const calls = [...CALL_NAMES, ...WINDOW_CALL_NAMES].map((name) => [
    name,
    (argument?: unknown) => ipc.invoke(CALL_CHANNEL, name, argument).catch(lost),
  ]);
  // The names are those of the contracts; the main process answers each with the result of its call.
  return {
    ...(Object.fromEntries(calls) as DesktopCalls & WindowCalls),
    subscribe: (listener) => subscribe(ipc, listener),
  };
}

function subscribe(ipc: IpcPort, listener: (update: DesktopUpdate) => void): () => void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<DesktopUpdate>) => {
    try {
      listener(data);
    } finally {
      port1.postMessage(TAKEN);
    }
  };
  ipc.postMessage(UPDATES_CHANNEL, undefined, [port2]);
  return () => port1.close();
}

/** The main process answers every call; where it does not, it is on its way out. */
function lost(): unknown {
  return {
    ok: false,
    error: { kind: 'unavailable', text: 'The desktop application is ending.', remedy: '' },
  };
}
