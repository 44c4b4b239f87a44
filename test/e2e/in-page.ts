// What tests run inside of a page. Each function is sent to the browser as text, so it may use nothing of this file but types.
import type { DesktopApi } from '../../apps/desktop/src/shared/desktop-api.ts';
import type { DesktopUpdate } from '../../apps/desktop/src/shared/state.ts';

export interface PageGlobals {
  readonly sallyport: DesktopApi;
  collected: DesktopUpdate[];
}

/** When something was seen in the page, as Date.now() has it. */
export interface Sighting {
  readonly promptId: string;
  readonly revision: number;
  readonly flowIds: readonly string[];
  readonly stateAtMs: number;
  /** When a frame with it was handed to the screen. */
  readonly visibleAtMs: number;
}

/** Keeps every update that the page gets from now on. */
export function collectUpdates(): void {
  const page = globalThis as unknown as PageGlobals;
  const collected: DesktopUpdate[] = [];
  page.collected = collected;
  page.sallyport.subscribe((update) => collected.push(update));
}

export function collectedUpdates(): readonly DesktopUpdate[] {
  return (globalThis as unknown as PageGlobals).collected;
}

/** Resolves when the next new prompt came, and what `selector` names was painted. */
export function nextSighting(selector: string): Promise<Sighting> {
  const { sallyport } = globalThis as unknown as PageGlobals;
  const seen: {
    prompt?: { id: string; revision: number; flowIds: string[] };
    stateAtMs?: number;
    visibleAtMs?: number;
  } = {};
  return new Promise((resolve) => {
    const look = (): void => {
      const { prompt, stateAtMs, visibleAtMs } = seen;
      if (prompt === undefined || stateAtMs === undefined || visibleAtMs === undefined) return;
      observer.disconnect();
      leave();
      const { id, revision, flowIds } = prompt;
      resolve({ promptId: id, revision, flowIds, stateAtMs, visibleAtMs });
    };
    const painted = (): void => {
      seen.visibleAtMs = Date.now();
      look();
    };
    // A frame is painted after its animation callbacks; a message comes behind it.
    const afterPaint = (): void => {
      const channel = new MessageChannel();
      channel.port1.onmessage = painted;
      channel.port2.postMessage('');
    };
    const observer = new MutationObserver(() => {
      if (document.querySelector(selector) === null) return;
      observer.disconnect();
      requestAnimationFrame(afterPaint);
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const leave = sallyport.subscribe((update) => {
      if (update.kind !== 'changes' || seen.prompt !== undefined) return;
      for (const change of update.changes) {
        if (change.kind !== 'prompt') continue;
        const { id, revision, flows } = change.prompt;
        seen.prompt = { id, revision, flowIds: flows.map((flow) => flow.id) };
        seen.stateAtMs = Date.now();
      }
      look();
    });
  });
}

/** True when what `selector` names is no longer in the page. */
export function isAbsent(selector: string): boolean {
  return document.querySelector(selector) === null;
}

/** What a page of another site can try with an address of the web shell; `true` for what came through. */
export async function tryFromAnotherSite(origin: string): Promise<Readonly<Record<string, boolean>>> {
  const body = JSON.stringify({ kind: 'pause', pauseMs: 60_000 });
  const json = { 'Content-Type': 'application/json' };
  const request = async (path: string, options: RequestInit): Promise<boolean> => {
    try {
      const response = await fetch(`${origin}${path}`, { credentials: 'include', ...options });
      // An opaque answer says nothing; what the call did is looked at elsewhere.
      return response.type !== 'opaque';
    } catch {
      return false;
    }
  };
  const source = (): Promise<boolean> =>
    new Promise((resolve) => {
      const events = new EventSource(`${origin}/api/updates`, { withCredentials: true });
      events.onopen = () => resolve(true);
      events.onerror = () => (events.close(), resolve(false));
    });
  const socket = (): Promise<boolean> =>
    new Promise((resolve) => {
      const opened = new WebSocket(`${origin.replace('http', 'ws')}/api/updates`);
      opened.onopen = () => resolve(true);
      opened.onerror = () => resolve(false);
    });
  const element = (name: 'script' | 'img', path: string): Promise<boolean> =>
    new Promise((resolve) => {
      const made = document.createElement(name);
      made.onload = () => resolve(true);
      made.onerror = () => resolve(false);
      made.src = `${origin}${path}`;
      document.head.append(made);
    });
  return {
    call: await request('/api/call/setMode', { method: 'POST', headers: json, body }),
    simpleCall: await request('/api/call/setMode', { method: 'POST', mode: 'no-cors', body }),
    read: await request('/', {}),
    eventSource: await source(),
    webSocket: await socket(),
    script: await element('script', '/api/call/getState'),
    page: await element('script', '/'),
  };
}
