// The browsers of this machine that can show the pages as a window of their own, and how each is told to.
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';

export interface InstalledBrowser {
  readonly name: string;
  readonly path: string;
  /** Below this folder it may keep a profile; absent where any will do. A snap sees nothing but its own folder. */
  readonly profileBase?: string;
  readonly kind: 'chromium' | 'firefox';
}

export interface BrowserPlaces {
  /** Folders to look in, as PATH has them. */
  readonly folders: readonly string[];
  readonly home: string;
}

const CANDIDATES = [
  { name: 'Chromium', command: 'chromium', kind: 'chromium' },
  { name: 'Chromium', command: 'chromium-browser', kind: 'chromium' },
  { name: 'Google Chrome', command: 'google-chrome-stable', kind: 'chromium' },
  { name: 'Google Chrome', command: 'google-chrome', kind: 'chromium' },
  { name: 'Firefox', command: 'firefox', kind: 'firefox' },
  { name: 'Firefox', command: 'firefox-esr', kind: 'firefox' },
] as const;
const SNAPS = '/snap/bin';

/** Chromium and Chrome first: they have windows without an address bar. */
export function findBrowser({ folders, home }: BrowserPlaces): InstalledBrowser | undefined {
  for (const { name, command, kind } of CANDIDATES) {
    const path = folders.map((folder) => join(folder, command)).find(isExecutable);
    if (path === undefined) continue;
    const isSnap = path.startsWith(`${SNAPS}/`) || existsSync(join(SNAPS, command));
    return { name, path, kind, ...(isSnap && { profileBase: join(home, 'snap', command, 'common') }) };
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface WindowOptions {
  readonly url: string;
  /** A folder of its own, so that no extension and no other page shares the browser. */
  readonly profile: string;
  readonly isRoot: boolean;
}

export function windowArguments({ kind }: InstalledBrowser, options: WindowOptions): readonly string[] {
  const { url, profile, isRoot } = options;
  if (kind === 'firefox') return ['--new-instance', '--profile', profile, '--new-window', url];
  return [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--class=sallyport',
    '--no-first-run',
    '--no-default-browser-check',
    '--no-proxy-server',
    '--disable-extensions',
    '--disable-breakpad',
    '--disable-crash-reporter',
    '--disable-sync',
    '--disable-background-mode',
    '--disable-background-networking',
    '--disable-component-update',
    // Chromium has no sandbox for root and does not start without being told so.
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

/** What a new profile of Firefox needs to show nothing but our page; Chromium is told by arguments. */
export const FIREFOX_PREFERENCES = `user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.proxy.type", 0);
`;
