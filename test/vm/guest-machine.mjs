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
  const { qemu, kernel: kernelWords } = processors(accelerator);
  const shared = (tag, path, rights) => [
    ...['-fsdev', `local,id=${tag},path=${path.replaceAll(',', ',,')},security_model=none${rights}`],
    ...['-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
  ];
  return [
    ...qemu,
    ...['-m', String(MEMORY_MIB), '-nic', 'none', '-nographic', '-no-reboot'],
    ...['-kernel', kernel.image, '-initrd', initrd],
    // A panic reboots, and a reboot ends QEMU.
    ...['-append', `console=ttyS0 quiet panic=-1 rdinit=/init ${kernelWords}`],
    ...shared('host', '/', ',readonly=on,multidevs=remap'),
    ...shared('exchange', exchange, ''),
  ];
}

/**
 * What an accelerator needs of QEMU's words and of the kernel's. Emulated:
 * - All processors share one thread. With a thread for each, code that one rewrites while another translates it can stay in use as it
 *   was (seen with QEMU 7.2 and 10.0). V8 compiles WebAssembly on one thread and runs it on another; it then comes by the old code to
 *   memory that it has freed, and ends by `Check failed: it->second.Size() > offset`.
 * - On one thread a second processor only costs time: it stays offline. That it is possible keeps two values in maps that have one for
 *   each.
 * - The kernel's test of its timer counts ticks. On a busy machine too few come, and it panics or goes on with interrupts that get lost.
 * - Without cx16 the kernel does not use cmpxchg16b. A boot ended right behind one by a double fault, with an address for flags (QEMU 7.2).
 */
export function processors(accelerator) {
  return accelerator === 'kvm'
    ? { qemu: ['-accel', 'kvm', '-cpu', 'host', '-smp', '2'], kernel: '' }
    : {
        qemu: ['-accel', 'tcg,thread=single', '-cpu', 'max,-cx16', '-smp', '2'],
        kernel: 'maxcpus=1 no_timer_check',
      };
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
