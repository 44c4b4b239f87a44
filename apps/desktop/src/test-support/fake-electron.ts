// Electron as a test plays it: the parts that the desktop uses, with a record of what was asked of them. Bundles that import
// 'electron' get this module; a page's preload and the main process meet in it as they meet in Electron.
import { EventEmitter } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessagePort as NodePort } from 'node:worker_threads';

type Handler = (event: unknown, ...words: unknown[]) => unknown;

class FakeApp extends EventEmitter {
  readonly asked: string[] = [];
  readonly isPackaged = false;
  readonly userData = mkdtempSync(join(tmpdir(), 'sallyport-electron-'));
  isFirst = true;
  readonly ready = Promise.withResolvers<undefined>();
  enableSandbox(): void {
    this.asked.push('enableSandbox');
  }
  setName(name: string): void {
    this.asked.push(`setName ${name}`);
  }
  requestSingleInstanceLock(): boolean {
    this.asked.push('requestSingleInstanceLock');
    return this.isFirst;
  }
  whenReady(): Promise<undefined> {
    return this.ready.promise;
  }
  getPath(): string {
    return this.userData;
  }
  getAppPath(): string {
    return '/app';
  }
  getPreferredSystemLanguages(): readonly string[] {
    return ['en'];
  }
  exit(code: number): void {
    this.asked.push(`exit ${code}`);
  }
  /** As Electron does it: windows first, then whoever asked to be told. */
  quit(): void {
    this.asked.push('quit');
    this.emit('before-quit', preventable());
    for (const window of [...windows]) window.close();
    if (windows.length === 0) this.emit('will-quit', preventable());
  }
}

export class FakeContents extends EventEmitter {
  readonly id: number;
  openHandler: (() => unknown) | undefined;
  constructor(id: number) {
    super();
    this.id = id;
  }
  setWindowOpenHandler(handler: () => unknown): void {
    this.openHandler = handler;
  }
}

export const windows: BrowserWindow[] = [];

export class BrowserWindow extends EventEmitter {
  static #made = 0;
  readonly webContents = new FakeContents(++BrowserWindow.#made);
  readonly options: Readonly<Record<string, unknown>>;
  readonly asked: string[] = [];
  url = '';
  visible = false;
  constructor(options: Readonly<Record<string, unknown>>) {
    super();
    this.options = options;
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  #note(what: string): void {
    this.asked.push(what);
  }
  loadURL(url: string): Promise<void> {
    this.url = url;
    return Promise.resolve();
  }
  show(): void {
    this.#note('show');
    this.visible = true;
    this.emit('show');
  }
  showInactive(): void {
    this.#note('showInactive');
    this.visible = true;
  }
  hide(): void {
    this.#note('hide');
    this.visible = false;
  }
  focus(): void {
    this.#note('focus');
  }
  maximize(): void {
    this.#note('maximize');
  }
  removeMenu(): void {
    this.#note('removeMenu');
  }
  setVisibleOnAllWorkspaces(): void {
    this.#note('setVisibleOnAllWorkspaces');
  }
  setBounds(): void {
    this.#note('setBounds');
  }
  isVisible(): boolean {
    return this.visible;
  }
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return false;
  }
  isFocused(): boolean {
    return false;
  }
  getNormalBounds(): unknown {
    return { x: 10, y: 20, width: 900, height: 600 };
  }
  close(): void {
    const event = preventable();
    this.emit('close', event);
    if (!event.isPrevented) this.destroy();
  }
  destroy(): void {
    const at = windows.indexOf(this);
    if (at < 0) return;
    windows.splice(at, 1);
    this.emit('closed');
  }
}

export const app = new FakeApp();
export const registeredSchemes: unknown[] = [];
export const protocol = {
  registerSchemesAsPrivileged: (schemes: readonly unknown[]): void => void registeredSchemes.push(...schemes),
};

class FakeSession extends EventEmitter {
  readonly handlers: Record<string, unknown> = {};
  serve: ((request: { method: string; url: string }) => Response) | undefined;
  readonly protocol = {
    handle: (_scheme: string, serve: NonNullable<FakeSession['serve']>): void => void (this.serve = serve),
  };
  readonly webRequest = {
    onBeforeRequest: (handler: unknown): void => void (this.handlers['beforeRequest'] = handler),
  };
  setPermissionRequestHandler(handler: unknown): void {
    this.handlers['permissionRequest'] = handler;
  }
  setPermissionCheckHandler(handler: unknown): void {
    this.handlers['permissionCheck'] = handler;
  }
  setDevicePermissionHandler(handler: unknown): void {
    this.handlers['devicePermission'] = handler;
  }
  setDisplayMediaRequestHandler(handler: unknown): void {
    this.handlers['displayMedia'] = handler;
  }
  setSpellCheckerEnabled(enabled: boolean): void {
    this.handlers['spellChecker'] = enabled;
  }
}
export const session = { defaultSession: new FakeSession() };

const WORK_AREA = { x: 0, y: 24, width: 1366, height: 744 };
export const screen = {
  getCursorScreenPoint: () => ({ x: 0, y: 0 }),
  getDisplayNearestPoint: () => ({ workArea: WORK_AREA }),
  getAllDisplays: () => [{ workArea: WORK_AREA }],
};

const handlers = new Map<string, Handler>();
const listeners = new Map<string, Handler>();
export const ipcMain = {
  handle: (channel: string, handler: Handler): void => void handlers.set(channel, handler),
  on: (channel: string, handler: Handler): void => void listeners.set(channel, handler),
};

/** Whose page the preload runs in; the test changes it. */
export const page = { senderId: 0, frame: { url: '', parent: null as unknown } };
const eventOf = (): object => ({ sender: { id: page.senderId }, senderFrame: page.frame });
export const ipcRenderer = {
  invoke: (channel: string, ...words: unknown[]): Promise<unknown> =>
    Promise.resolve(handlers.get(channel)?.(eventOf(), ...words)),
  postMessage: (channel: string, _message: unknown, ports: readonly NodePort[]): void =>
    void listeners.get(channel)?.({ ...eventOf(), ports: ports.map(mainPort) }),
};

/** As a MessagePortMain: messages come as events. */
function mainPort(port: NodePort): unknown {
  return {
    start: () => undefined,
    postMessage: (message: unknown) => port.postMessage(message),
    close: () => port.close(),
    on: (name: string, listener: (event: { data: unknown }) => void) =>
      name === 'close'
        ? port.on('close', () => listener({ data: undefined }))
        : port.on('message', (data) => listener({ data })),
  };
}

/** By the name under which a page finds it. */
export const exposed: Record<string, unknown> = {};
export const contextBridge = {
  exposeInMainWorld: (name: string, api: unknown): void => void (exposed[name] = api),
};

interface PreventableEvent {
  isPrevented: boolean;
  readonly preventDefault: () => void;
}

export function preventable<T extends object>(more?: T): PreventableEvent & T {
  const event = {
    ...more,
    isPrevented: false,
    preventDefault: () => {
      event.isPrevented = true;
    },
  };
  return event as PreventableEvent & T;
}

interface FakeMenuItem {
  readonly label?: string;
  readonly click?: () => void;
  readonly submenu?: readonly FakeMenuItem[];
}
export const Menu = { buildFromTemplate: (items: readonly FakeMenuItem[]) => items };

export class Tray extends EventEmitter {
  static readonly shown: Tray[] = [];
  tooltip = '';
  items: readonly FakeMenuItem[] = [];
  constructor() {
    super();
    Tray.shown.push(this);
  }
  setImage(): void {
    this.emit('image');
  }
  setToolTip(text: string): void {
    this.tooltip = text;
  }
  setContextMenu(items: readonly FakeMenuItem[]): void {
    this.items = items;
  }
  destroy(): void {
    Tray.shown.splice(Tray.shown.indexOf(this), 1);
  }
}

export const nativeImage = {
  createEmpty: () => ({
    addRepresentation: ({ buffer }: { readonly buffer: Buffer }) => {
      if (buffer.subarray(1, 4).toString() !== 'PNG') throw new Error('not an image');
    },
  }),
};
export const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false });

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  readonly options: Readonly<Record<string, unknown>>;
  constructor(options: Readonly<Record<string, unknown>>) {
    super();
    this.options = options;
  }
  show(): void {
    Notification.shown.push(this);
  }
  close(): void {
    Notification.shown.splice(Notification.shown.indexOf(this), 1);
  }
}
