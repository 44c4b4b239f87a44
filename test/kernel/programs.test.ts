// The BPF object on the running kernel: its verifier takes every program, each hook attaches, and what they record is true.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { release } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openObject, supports } from 'bpf-loader-napi';
import type { BpfObject } from 'bpf-loader-napi';
import { readOwner } from '../../apps/agent/src/kernel/gen/structs.ts';
import type { OwnerStruct } from '../../apps/agent/src/kernel/gen/structs.ts';
import { denyErrorVariables, possibleDenyError } from '../../apps/agent/src/kernel/deny-error.ts';
import { KernelPrograms, PACKET_PROGRAMS } from '../../apps/agent/src/kernel/kernel-programs.ts';
import { ownNamespaces } from '../../apps/agent/src/platform/own-namespaces.ts';
import { openRuntimeDirectory } from '../../apps/agent/src/platform/runtime-directory.ts';
import type { RuntimeDirectory } from '../../apps/agent/src/platform/runtime-directory.ts';
import { needsRoot } from '../lab/root.ts';
import { KPROBE_PROGRAMS, MOST_VERIFIED } from './programs/most-verified.ts';

const [OBJECT, SOCK_OPS, KPROBE] = ['sallyport', 'sallyport-sock-ops', 'sallyport-kprobe'].map((name) =>
  fileURLToPath(new URL(`../../bpf/build/${name}.bpf.o`, import.meta.url)),
) as [string, string, string];

describe('the programs in the kernel', { skip: needsRoot }, () => {
  const path = `/run/sallyport-programs-${process.pid}`;
  let runtime: RuntimeDirectory;
  before(() => (runtime = openRuntimeDirectory(path)));
  after(() => {
    runtime.close();
    rmSync(path, { recursive: true, force: true });
  });

  test('are taken by the verifier, attached, pinned for iptables, and taken back', () => {
    const programs = KernelPrograms.load({
      denyError: possibleDenyError('ECONNREFUSED'),
      objectPath: OBJECT,
      namespaces: ownNamespaces(),
      isForwardedNoted: true,
      cgroupDirectory: runtime.cgroupDirectory,
      pinDirectory: runtime.pinDirectory,
      onSocketClosed: () => undefined,
    });
    try {
      for (const name of Object.values(PACKET_PROGRAMS))
        assert.ok(existsSync(`${runtime.pinDirectory}/${name}`), name);
      assert.equal(programs.counters().eventsLost, 0);
    } finally {
      programs.close();
    }
  });

  test('are verified in as few steps as they have been: each kernel has its own verifier, and all stop at a million', (context) => {
    const counts = new Map([...countVerified(OBJECT, true), ...countVerified(SOCK_OPS, true)]);
    if (supports('kprobe')) for (const [name, count] of countVerified(KPROBE, false)) counts.set(name, count);
    else for (const name of KPROBE_PROGRAMS) counts.set(name, 0);
    for (const [name, count] of counts)
      context.diagnostic(`${release()}: ${name} ${count} of ${MOST_VERIFIED[name] ?? 'no limit'}`);
    assert.deepEqual([...counts.keys()].toSorted(), Object.keys(MOST_VERIFIED).toSorted());
    const above = [...counts].filter(([name, count]) => count > (MOST_VERIFIED[name] ?? 0));
    assert.deepEqual(above, []);
  });

  test('record the process that connects: pid, start, user, executable with its change time', async () => {
    const object = openObject(OBJECT);
    try {
      object.load();
      object.program('owner_connect4').attachCgroup(runtime.cgroupDirectory);
      const owner = await ownerOfOneConnect(object);
      const executable = statSync('/proc/self/exe', { bigint: true });
      assert.equal(owner.uid, process.getuid?.());
      assert.equal(owner.inode, executable.ino);
      assert.equal(owner.ctimeNs, executable.ctimeNs);
      assert.ok(owner.startNs > 0n && owner.startNs <= process.hrtime.bigint());
    } finally {
      object.close();
    }
  });
});

function countVerified(path: string, hasDenyError: boolean): readonly (readonly [string, number])[] {
  const globals = hasDenyError
    ? { ...denyErrorVariables(possibleDenyError('ECONNREFUSED')), notes_senders: 1 }
    : {};
  using object = openObject(path, { globals });
  object.load();
  return object.programs().map((program) => [program.name, program.info().verifiedInstructions]);
}

/** What the hook wrote while this process connected to itself. */
async function ownerOfOneConnect(object: BpfObject): Promise<OwnerStruct> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const owners = object
    .map('owners')
    .entries()
    .map(({ value }) => readOwner(new DataView(value.buffer, value.byteOffset, value.length)));
  socket.destroy();
  server.close();
  const own = owners.find(({ pid }) => pid === process.pid);
  assert.ok(own, 'no record of this process');
  return own;
}
