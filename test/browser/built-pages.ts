// The pages as they are shipped, built into a folder of the test and served on loopback, and the script that fakes their host.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import { ICON_POLICY } from '../../apps/desktop/src/host/response-headers.ts';
import { buildRenderer } from '../../apps/desktop/renderer-build.ts';
import { iconAt } from './app-icons.ts';

export interface BuiltPages extends AsyncDisposable {
  readonly url: string;
  /** To be run in the page before its scripts. */
  readonly fakeScript: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

export async function servePages(): Promise<BuiltPages> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-browser-'));
  await buildRenderer(folder);
  const fakeScript = await bundleFake();
  const server = createServer((request, response) => void respond(folder, request.url ?? '/', response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    fakeScript,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

type Response = Parameters<NonNullable<Parameters<typeof createServer>[1]>>[1];

async function respond(folder: string, url: string, response: Response): Promise<void> {
  const path = new URL(url, 'http://pages').pathname;
  const icon = iconAt(path);
  if (icon !== undefined) {
    response.writeHead(200, { 'content-type': 'image/svg+xml', 'content-security-policy': ICON_POLICY });
    return void response.end(icon);
  }
  try {
    const content = await readFile(join(folder, path));
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
    response.end(content);
  } catch {
    response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
  }
}

async function bundleFake(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2024',
      lib: { entry: join(import.meta.dirname, 'page-fake.ts'), formats: ['iife'], name: 'pageFake' },
    },
  });
  const [bundle] = result as readonly Rolldown.RolldownOutput[];
  const chunk = bundle?.output.find((file) => file.type === 'chunk');
  if (chunk === undefined) throw new Error('the fake host was not bundled');
  return chunk.code;
}
