// Entry of the desktop application in Electron: one instance, locked down before its first window, over one connection to the agent.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, protocol, session } from 'electron';
import { agentSocket } from '../host/agent-socket.ts';
import { startDesktopHost } from '../host/desktop-host.ts';
import { readPageFiles } from '../host/page-files.ts';
import { preferencesPath } from '../host/preferences-file.ts';
import { SCHEME, SCHEME_PRIVILEGES } from './app-scheme.ts';
import { windowsComeToFront } from './announcement.ts';
import { Autostart } from './autostart.ts';
import { readCommandLine } from './command-line.ts';
import { DesktopMemory } from './desktop-memory.ts';
import { Desktop } from './desktop.ts';
import { linkPages, servePages } from './electron-pages.ts';
import { electronNotices, electronTray } from './electron-tray.ts';
import { electronShells } from './electron-windows.ts';
import { lockApplication, lockSession } from './lockdown.ts';

const HERE = import.meta.dirname;
const ICONS = join(HERE, '../../icons');
/** `isThereAlready`: the first one has shown its window; `npm start` goes on with another front end. */
const EXIT_CODES = { failed: 1, isThereAlready: 3 };

// Root, who has no sandbox in Chromium, says so with a switch that this call would take back.
if (!process.argv.includes('--no-sandbox')) app.enableSandbox();
app.setName('Sallyport');
protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: SCHEME_PRIVILEGES }]);
lockApplication(app);
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.exit(EXIT_CODES.isThereAlready);

function start(): void {
  const files = readPageFiles(join(HERE, '../renderer'));
  if (files === undefined) return fail('The pages are not built. Run `npm run build` in the checkout.');
  lockSession(session.defaultSession);
  const { isBackground, socketPath } = readCommandLine(process.argv);
  const { XDG_SESSION_TYPE: sessionType, XDG_CURRENT_DESKTOP: currentDesktop } = process.env;
  const host = startDesktopHost({
    ...agentSocket(socketPath),
    preferencesFile: preferencesPath(process.env),
  });
  servePages(session.defaultSession, { files, state: host.state, appIcon: host.appIcon });
  const appIcon = join(ICONS, 'app/128x128.png');
  const desktop = new Desktop({
    host,
    shells: electronShells({ preload: join(HERE, 'preload.cjs'), icon: appIcon }),
    tray: electronTray({ icons: join(ICONS, 'png'), currentDesktop }),
    notices: electronNotices(appIcon),
    windowsComeToFront: windowsComeToFront({ sessionType, currentDesktop }),
    languages: app.getPreferredSystemLanguages(),
    quit: () => app.quit(),
    memory: new DesktopMemory(join(app.getPath('userData'), 'desktop.json')),
    autostart: new Autostart({ configFolder: configFolder(), command: ownCommand() }),
  });
  linkPages(desktop.pages);
  if (!isBackground) desktop.mainWindow.open();
  live(desktop);
}

/** Closing windows does not end it: it is there to ask. It ends from the tray, at the end of the session, or by a signal. */
function live(desktop: Desktop): void {
  app.on('second-instance', (_event, words) => {
    if (!readCommandLine(words).isBackground) desktop.mainWindow.open();
  });
  app.on('window-all-closed', () => undefined);
  // Its windows are closed next.
  app.on('before-quit', () => desktop.promptWindow.release());
  let hasEnded = false;
  app.on('will-quit', (event) => {
    if (hasEnded) return;
    event.preventDefault();
    hasEnded = true;
    void desktop.end().finally(() => app.quit());
  });
}

function fail(text: string): void {
  process.stderr.write(`${text}\n`);
  app.exit(EXIT_CODES.failed);
}

function configFolder(): string {
  const folder = process.env['XDG_CONFIG_HOME'];
  return folder === undefined || folder === '' ? join(homedir(), '.config') : folder;
}

/** An AppImage is started by its own file, not by what it was mounted as. */
function ownCommand(): readonly string[] {
  const image = process.env['APPIMAGE'];
  if (image !== undefined) return [image];
  return app.isPackaged ? [process.execPath] : [process.execPath, app.getAppPath()];
}
