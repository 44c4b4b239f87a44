// One guest: QEMU with a kernel and the host's root over 9p, until it switches itself off or its time is over.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupFailure } from '../../scripts/setup/failure.mjs';
import { buildInitrd } from './initrd.mjs';
import { logFile, readOutcome, writeJob } from './job.mjs';

// An emulated machine is tens of times slower than the one that it runs on.
const GUEST_TIMEOUT_MS = 30 * 60_000;
const MEMORY_MIB = 2048;

/** Runs the test files in a guest and shows their output as it comes. Resolves with the run as report.mjs judges it. */
export async function runGuest({ kernel, files, accelerator }) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-vm-'));
  try {
    const exchange = join(folder, 'exchange');
    mkdirSync(exchange);
    writeJob({ exchange, kernel, files });
    const initrd = buildInitrd(kernel, folder);
    const startedMs = Date.now();
    const { end, consoleText } = await boot({ kernel, initrd, folder, exchange, accelerator });
    return { end, consoleText, ...readOutcome(exchange), durationMs: Date.now() - startedMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function boot({ kernel, initrd, folder, exchange, accelerator }) {
  const consoleFile = join(folder, 'console');
  const output = openSync(consoleFile, 'w');
  const words = qemuWords({ kernel, initrd, exchange, accelerator });
  const child = spawn('qemu-system-x86_64', words, { stdio: ['ignore', output, output] });
  closeSync(output);
  const endChild = () => child.kill('SIGKILL');
  process.once('exit', endChild);
  const stopFollowing = follow(logFile(exchange));
  try {
    const end = await endOf(child);
    return { end, consoleText: readFileSync(consoleFile, 'utf8') };
  } finally {
    stopFollowing();
    process.off('exit', endChild);
  }
}

function qemuWords({ kernel, initrd, exchange, accelerator }) {
  const shared = (tag, path, rights) => [
    ...['-fsdev', `local,id=${tag},path=${path.replaceAll(',', ',,')},security_model=none${rights}`],
    ...['-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
  ];
  return [
    ...(accelerator === 'kvm'
      ? ['-accel', 'kvm', '-cpu', 'host']
      : ['-accel', 'tcg,thread=multi', '-cpu', 'max']),
    ...['-smp', '2', '-m', String(MEMORY_MIB), '-nic', 'none', '-nographic', '-no-reboot'],
    ...['-kernel', kernel.image, '-initrd', initrd],
    // A panic reboots, and a reboot ends QEMU.
    ...['-append', 'console=ttyS0 quiet panic=-1 rdinit=/init'],
    ...shared('host', '/', ',readonly=on,multidevs=remap'),
    ...shared('exchange', exchange, ''),
  ];
}

/** 'off' where QEMU ended by itself; after the time it is ended and the answer is 'timeout'. */
function endOf(child) {
  return new Promise((resolve, reject) => {
    let end = 'off';
    const timer = setTimeout(() => {
      end = 'timeout';
      child.kill('SIGKILL');
    }, GUEST_TIMEOUT_MS);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new SetupFailure('Could not start QEMU.', { happened: error.message }));
    });
    child.on('exit', () => {
      clearTimeout(timer);
      resolve(end);
    });
  });
}

/** Copies to stdout what is appended to a file, which need not exist yet. The returned function copies the rest and stops. */
function follow(file) {
  const chunk = Buffer.alloc(65_536);
  let offset = 0;
  const copy = () => {
    let input;
    try {
      input = openSync(file, 'r');
    } catch {
      return;
    }
    for (let read = 1; read > 0; offset += read) {
      read = readSync(input, chunk, 0, chunk.length, offset);
      process.stdout.write(chunk.subarray(0, read).toString());
    }
    closeSync(input);
  };
  const timer = setInterval(copy, 500);
  return () => {
    clearInterval(timer);
    copy();
  };
}
