// The windows together: which page may reach what, a page that does not read, the memory of the main window.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promptNamed } from '../../../agent/src/api/testing/fake-firewall.ts';
import { until } from '../../../agent/src/api/testing/serving.ts';
import { TAKEN } from '../shared/ipc-protocol.ts';
import type { DesktopUpdate } from '../shared/state.ts';
import { fakeShells } from '../test-support/fake-shells.ts';
import type { FakeShells } from '../test-support/fake-shells.ts';
import { startHosting, untilState } from '../test-support/hosting.ts';
import type { Hosting } from '../test-support/hosting.ts';
import { Autostart } from './autostart.ts';
import { DesktopMemory } from './desktop-memory.ts';
import { Desktop } from './desktop.ts';
import type { UpdatePort } from './page-link.ts';
import type { Sender } from './sender.ts';
import type { TrayModel } from './tray/tray-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-desktop-'));
after(() => rmSync(folder, { recursive: true }));
const MEMORY = join(folder, 'memory.json');

interface Running extends FakeShells, AsyncDisposable {
  readonly hosting: Hosting;
  readonly desktop: Desktop;
  /** What the tray showed. */
  readonly shown: readonly TrayModel[];
  /** Titles of notifications. */
  readonly told: readonly string[];
}

async function running({ windowsComeToFront = true } = {}): Promise<Running> {
  const hosting = await startHosting();
  const shells = fakeShells();
  const shown: TrayModel[] = [];
  const told: string[] = [];
  const desktop = new Desktop({
    host: hosting.host,
    shells: shells.shells,
    tray: { show: (model) => void shown.push(model), end: () => undefined },
    notices: {
      show: ({ title }) => {
        told.push(title);
        return () => undefined;
      },
    },
    windowsComeToFront,
    languages: ['zh-CN', 'en'],
    quit: () => undefined,
    memory: new DesktopMemory(MEMORY),
    autostart: new Autostart({
      configFolder: folder,
      command: ['/opt/Sallyport/sallyport'],
      systemFolder: folder,
    }),
  });
  await untilState(hosting.host, (state) => state.connection.kind === 'connected');
  const dispose = async (): Promise<void> => {
    await desktop.end();
    await hosting[Symbol.asyncDispose]();
  };
  return { ...shells, hosting, desktop, shown, told, [Symbol.asyncDispose]: dispose };
}

const pageOf = (senderId: number, url = 'app://sallyport/prompt.html'): Sender => ({
  senderId,
  frame: { url, parent: null },
});

interface FakePort {
  readonly port: UpdatePort;
  readonly updates: DesktopUpdate[];
  readonly say: (message: unknown) => void;
  readonly leave: () => void;
  isClosed: boolean;
}

function fakePort(): FakePort {
  const fake: FakePort = {
    port: {
      post: (update) => void fake.updates.push(update),
      onMessage: (listener) => Object.assign(fake, { say: listener }),
      onClose: (listener) => Object.assign(fake, { leave: listener }),
      close: () => (fake.isClosed = true),
    },
    updates: [],
    say: () => undefined,
    leave: () => undefined,
    isClosed: false,
  };
  return fake;
}

describe('a page', () => {
  test('of a window of ours reaches the agent and the shell', async () => {
    await using own = await running();
    const [window] = own.windows;
    const sender = pageOf(window?.port.id ?? 0);
    assert.ok((await own.desktop.pages.call(sender, 'getStatus', undefined)).ok);
    assert.deepEqual(await own.desktop.pages.call(sender, 'getShell', undefined), {
      ok: true,
      value: { kind: 'electron', windowCanHide: true, autostart: false },
    });
    assert.ok((await own.desktop.pages.call(sender, 'openPromptWindow', undefined)).ok);
    assert.ok(window?.port.isVisible());
    await own.desktop.pages.call(sender, 'setAutostart', { enabled: true });
    const shell = await own.desktop.pages.call(sender, 'getShell', undefined);
    assert.equal(shell.ok && (shell.value as { autostart: boolean }).autostart, true);
  });

  test('of anything else reaches nothing', async () => {
    await using own = await running();
    const id = own.windows[0]?.port.id ?? 0;
    const strangers: readonly Sender[] = [
      pageOf(99),
      pageOf(id, 'https://sallyport/prompt.html'),
      pageOf(id, 'app://sallyport.example/prompt.html'),
      pageOf(id, 'app://sallyport/assets/other.html'),
      pageOf(id, 'about:blank'),
      { senderId: id, frame: null },
      { senderId: id, frame: { url: 'app://sallyport/prompt.html', parent: {} } },
    ];
    for (const sender of strangers) {
      const outcome = await own.desktop.pages.call(sender, 'getState', undefined);
      assert.equal(outcome.ok ? '' : outcome.error.kind, 'not-permitted');
      const fake = fakePort();
      own.desktop.pages.follow(sender, fake.port);
      assert.deepEqual([fake.isClosed, fake.updates], [true, []]);
    }
  });

  test('that asks the shell for what there is not is refused with a reason', async () => {
    await using own = await running();
    const sender = pageOf(own.windows[0]?.port.id ?? 0);
    const refused: readonly (readonly [unknown, unknown])[] = [
      ['openMainWindow', { page: '../../etc' }],
      ['openMainWindow', { page: 'javascript:alert(1)' }],
      ['openMainWindow', undefined],
      ['setAutostart', { enabled: 'yes' }],
      ['setPreferences', { language: 'x'.repeat(100) }],
      ['closeWindow', { windowId: 1 }],
      ['quit', undefined],
      [{ toString: () => 'quit' }, undefined],
    ];
    for (const [name, argument] of refused) {
      const outcome = await own.desktop.pages.call(sender, name, argument);
      assert.match(outcome.ok ? '' : outcome.error.kind, /invalid|unsupported/, String(name));
    }
    assert.equal(own.windows.length, 1);
  });

  test('that does not read gets nothing more until it does, and then what it missed', async () => {
    await using own = await running();
    const fake = fakePort();
    own.desktop.pages.follow(pageOf(own.windows[0]?.port.id ?? 0), fake.port);
    assert.equal(fake.updates.length, 1);
    for (const id of ['p-1', 'p-2']) {
      own.hosting.firewall.tell({ kind: 'prompt', prompt: promptNamed(id) });
      await untilState(own.hosting.host, (state) => state.prompts.some((prompt) => prompt.id === id));
    }
    fake.say('something else');
    await delay(10);
    assert.equal(fake.updates.length, 1);
    fake.say(TAKEN);
    await until(() => fake.updates.length === 2);
    const [, missed] = fake.updates;
    const changes = missed?.kind === 'changes' ? missed.changes : [];
    assert.deepEqual(
      changes.flatMap((change) => (change.kind === 'prompt' ? [change.prompt.id] : [])),
      ['p-1', 'p-2'],
    );
  });

  test('has eight subscriptions at most, and those that ended do not count', async () => {
    await using own = await running();
    const sender = pageOf(own.windows[0]?.port.id ?? 0);
    const ports = Array.from({ length: 9 }, () => {
      const fake = fakePort();
      own.desktop.pages.follow(sender, fake.port);
      return fake;
    });
    assert.deepEqual(
      ports.map(({ isClosed }) => isClosed),
      [...Array.from({ length: 8 }, () => false), true],
    );
    ports[0]?.leave();
    const another = fakePort();
    own.desktop.pages.follow(sender, another.port);
    assert.equal(another.isClosed, false);
  });
});

describe('a question', () => {
  test('is told by a notification only where windows stay behind others, and not again when it was put aside', async () => {
    for (const windowsComeToFront of [true, false]) {
      await using own = await running({ windowsComeToFront });
      const ask = async (id: string): Promise<void> => {
        own.hosting.firewall.tell({ kind: 'prompt', prompt: promptNamed(id) });
        await untilState(own.hosting.host, (state) => state.prompts.some((prompt) => prompt.id === id));
      };
      await ask('p-1');
      own.desktop.promptWindow.putAside(own.windows[0]?.port.id ?? 0);
      await ask('p-2');
      assert.equal(own.told.length, windowsComeToFront ? 0 : 1);
    }
  });
});

describe('what the application says itself', () => {
  test('is in the language of the person, and follows the one that is chosen in a page', async () => {
    await using own = await running();
    await until(() => own.shown.at(-1)?.tooltip === 'Sallyport：正在过滤');
    const sender = pageOf(own.windows[0]?.port.id ?? 0);
    await own.desktop.pages.call(sender, 'setPreferences', { language: 'en' });
    await until(() => own.shown.at(-1)?.tooltip === 'Sallyport: Filtering');
    await own.desktop.pages.call(sender, 'setPreferences', { language: 'desktop' });
    await until(() => own.shown.at(-1)?.tooltip === 'Sallyport：正在过滤');
  });
});

describe('the main window', () => {
  const mainOf = ({ windows }: Running) => windows.find(({ options }) => options.name === 'main');

  test('is made when it is wanted, brought to the front after that, and goes to the page that was asked for', async () => {
    await using own = await running();
    assert.equal(mainOf(own), undefined);
    own.desktop.mainWindow.open('history');
    own.desktop.mainWindow.open('rules');
    assert.equal(mainOf(own)?.options.url, 'app://sallyport/main.html#/history');
    assert.deepEqual(mainOf(own)?.asked, ['show', 'load app://sallyport/main.html#/rules', 'show']);
  });

  test('is where it was, in the next run too', async () => {
    rmSync(MEMORY, { force: true });
    await using own = await running();
    own.desktop.mainWindow.open();
    assert.deepEqual(mainOf(own)?.options.bounds, { width: 1100, height: 740 });
    assert.equal(mainOf(own)?.events.onClose(), true);
    await using next = await running();
    next.desktop.mainWindow.open();
    const { bounds, isMaximized } = mainOf(next)?.options ?? {};
    assert.deepEqual([bounds, isMaximized], [{ x: 5, y: 30, width: 800, height: 500 }, true]);
  });

  test('takes no harm from a damaged memory', async () => {
    for (const text of ['', '{', '[]', '{"mainWindow":{"bounds":{"x":1e99}}}']) {
      writeFileSync(MEMORY, text);
      assert.deepEqual(new DesktopMemory(MEMORY).now, {}, text);
    }
    await using own = await running();
    own.desktop.mainWindow.open();
    assert.ok(mainOf(own) !== undefined);
  });
});
