// What Sallyport's hooks and rules cost on this kernel before a program of them does anything: the same ones, with programs that only
// say "go on". No firewall that is built this way can be quicker.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openObject } from 'bpf-loader-napi';
import type { BpfObject } from 'bpf-loader-napi';
import { CHAIN, installText } from '../../../apps/agent/src/firewall/chain.ts';
import { openRuntimeDirectory } from '../../../apps/agent/src/platform/runtime-directory.ts';
import { run } from '../../lab/commands.ts';
import type { NetworkLab } from '../../lab/network-lab.ts';
import type { Mode, RunningMode } from './mode.ts';

const BPF = fileURLToPath(new URL('../../../bpf', import.meta.url));
const SOURCE = fileURLToPath(new URL('hooks.bpf.c', import.meta.url));
/** Nothing comes there. */
const QUEUE = 4872;

export function startHooks(lab: NetworkLab): RunningMode {
  const parts = new DisposableStack();
  try {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-hooks-'));
    parts.defer(() => rmSync(directory, { recursive: true, force: true }));
    const runtime = openRuntimeDirectory(join(directory, 'run'));
    parts.defer(() => runtime.close());
    const object = parts.use(compiled(directory));
    object.load();
    for (const program of object.programs())
      if (program.section.startsWith('cgroup')) program.attachCgroup(runtime.cgroupDirectory);
    const pin = join(runtime.pinDirectory, 'nothing_packet');
    object.program('nothing_packet').pin(pin);
    installRules(lab, { directory, pin });
    parts.defer(() => lab.run('client', 'iptables', '-t', 'raw', '-F', CHAIN));
    return { stop: () => Promise.resolve(parts.dispose()) };
  } catch (error) {
    parts.dispose();
    throw error;
  }
}

export const hooks: Mode = {
  name: 'hooks',
  how: 'same',
  unavailable: () => undefined,
  start: ({ lab }) => Promise.resolve(startHooks(lab)),
};

function compiled(directory: string): BpfObject {
  const object = join(directory, 'hooks.bpf.o');
  run('clang', '-O2', '-g', '-target', 'bpf', '-mcpu=v3', `-I${BPF}`, '-c', SOURCE, '-o', object);
  return openObject(object);
}

function installRules(
  lab: NetworkLab,
  { directory, pin }: { readonly directory: string; readonly pin: string },
): void {
  const rules = { establishedProgram: pin, unknownProgram: pin, deniedProgram: pin };
  const file = join(directory, 'rules');
  writeFileSync(file, installText({ queue: QUEUE, bypass: true, ...rules }, 0));
  lab.run('client', 'iptables-restore', '--noflush', file);
}
