// Runs a system command with input, without a shell. For the few things that only a command line tool offers.
import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Resolves with the exit code whatever it is (127: no such command); rejects only where nothing could be started at all. */
export function runCommand(
  command: string,
  options: { args: readonly string[]; input?: string },
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options.args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT')
        resolve({ exitCode: 127, stdout: '', stderr: `${command}: not installed` });
      else reject(error);
    });
    child.on('close', (code) => resolve({ exitCode: code ?? 128, ...output }));
    // EPIPE: the command ended without reading; its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}
