// What Sallyport's hooks and rules cost on this kernel before a program of them does anything: the same ones, with programs that only
// say "go on". No firewall that is built this way can be quicker.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openObject } from 'bpf-loader-napi';
import type { BpfObject } from 'bpf-loader-napi';
import { installText, removeText } from '../../../apps/agent/src/firewall/chain.ts';
import { outgoingChain } from '../../../apps/agent/src/firewall/chains.ts';
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
    const programs = { establishedProgram: pin, unknownProgram: pin, deniedProgram: pin };
    const chain = outgoingChain({ queue: QUEUE, bypass: true, ...programs });
    restore(lab, directory, installText(chain, 0));
    parts.defer(() => restore(lab, directory, removeText(chain, 1)));
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

function restore(lab: NetworkLab, directory: string, text: string): void {
  const file = join(directory, 'rules');
  writeFileSync(file, text);
  lab.run('client', 'iptables-restore', '--noflush', file);
}
