// `node scripts/run.mjs FILE ARGUMENTS...`: setup, then the TypeScript file under Node 24, as if this process were it: same stdio,
// same signals, same exit code. stdout carries nothing but what the file prints.
import { spawn } from 'node:child_process';
import { forwardSignals, exitCodeOf } from './setup/child.mjs';
import { nodeBinary } from './setup/privileges.mjs';
import { nodeFlags } from './setup/node.mjs';
import { setupOrExit } from './setup.mjs';

const [file, ...fileArguments] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Usage: node scripts/run.mjs FILE [ARGUMENT...]\n');
  process.exit(2);
}
await setupOrExit();
const child = spawn(nodeBinary, [...nodeFlags, file, ...fileArguments], { stdio: 'inherit' });
forwardSignals(child);
process.exitCode = await exitCodeOf(child);
