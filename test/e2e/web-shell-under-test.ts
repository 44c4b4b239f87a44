// The real web shell as a program of its own, before an agent's socket.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectOutput, endChild, waitFor } from '../lab/commands.ts';

const MAIN = fileURLToPath(new URL('../../apps/desktop/src/web/main.ts', import.meta.url));

export class WebShellUnderTest {
  readonly #child: ChildProcess;
  /** With the one-time token. */
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** `configFolder` is the person's XDG_CONFIG_HOME; one of its own, of somebody who read the welcome, where none is given. */
  static async start(socketPath: string, configFolder = welcomedFolder()): Promise<WebShellUnderTest> {
    const child = spawn(process.execPath, [MAIN, '--json', '--socket', socketPath], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_CONFIG_HOME: configFolder },
    });
    process.once('exit', () => child.kill());
    const output = collectOutput(child);
    await waitFor('the web shell', () => output().stdout.includes('\n') || child.exitCode !== null, 10_000);
    if (child.exitCode !== null) throw new Error(`the web shell ended: ${output().stdout}${output().stderr}`);
    const { url } = JSON.parse(output().stdout) as { readonly url: string };
    return new WebShellUnderTest(child, url);
  }

  /** Without the token. */
  get origin(): string {
    return new URL(this.url).origin;
  }

  stop(): Promise<number | null> {
    return endChild(this.#child);
  }
}

function welcomedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
  mkdirSync(join(folder, 'sallyport'));
  writeFileSync(join(folder, 'sallyport/desktop.json'), '{ "isWelcomed": true }');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
