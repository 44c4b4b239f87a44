// How every page runs: in the sandbox, in a world apart from the preload, without Node, without anything that fetches by itself.
import type { WebPreferences } from 'electron';

export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    enableWebSQL: false,
    webgl: false,
    // A hidden window draws no frames and says so: the arming of buttons relies on that.
    backgroundThrottling: true,
    safeDialogs: true,
    disableDialogs: true,
  };
}
