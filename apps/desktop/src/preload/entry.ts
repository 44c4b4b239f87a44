// The preload of every window: leaves the DesktopApi where pages look for it, and nothing else. Runs in the sandbox.
import { contextBridge, ipcRenderer } from 'electron';
import { BRIDGE_NAME } from '../shared/bridge-name.ts';
import { preloadApi } from './preload-api.ts';

contextBridge.exposeInMainWorld(
  BRIDGE_NAME,
  preloadApi({
    invoke: (channel, ...words) => ipcRenderer.invoke(channel, ...words),
    postMessage: (channel, message, transfer) => ipcRenderer.postMessage(channel, message, transfer),
  }),
);
