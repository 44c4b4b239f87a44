// The distribution's Chromium without a screen, with a fresh profile, and without a way off this machine.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext } from 'playwright-core';
import { isRoot, needsRoot } from '../lab/root.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For node:test: `{ skip: needsBrowser }`. */
export const needsBrowser = isRoot
  ? existsSync(CHROMIUM)
    ? false
    : `needs ${CHROMIUM}: run npm run setup -- --test`
  : needsRoot;

export interface TestBrowser extends AsyncDisposable {
  /** Another one has cookies of its own, as another browser has. */
  readonly newContext: () => Promise<BrowserContext>;
  /** Addresses off this machine that pages asked for; each was refused. */
  readonly outside: readonly string[];
}

export async function startBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  const outside: string[] = [];
  return {
    newContext: () => contextOf(browser, outside),
    outside,
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function contextOf(browser: Browser, outside: string[]): Promise<BrowserContext> {
  const context = await browser.newContext();
  await context.route(
    ({ hostname }) => !isLoopback(hostname),
    (route) => {
      outside.push(route.request().url());
      return route.abort();
    },
  );
  return context;
}

function isLoopback(hostname: string): boolean {
  return hostname === '127.0.0.1' || hostname === '[::1]' || hostname.endsWith('.localhost');
}
