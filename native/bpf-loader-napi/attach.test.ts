// Attaching programs to real hooks, and what remains when an attachment, an object or a pin goes away.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bytes32, compile, makeCgroup, mountBpffs, needsRoot, number64 } from './fixtures/fixtures.ts';
import { connectFrom } from './fixtures/traffic.ts';
import { BpfError, enableStatistics, openObject, openPinnedLink } from './index.ts';
import type { BpfLink, BpfObject } from './index.ts';

/** Loads one program of tracing.bpf.c. */
function loadTracing(program: string): BpfObject {
  const object = openObject(compile('tracing'));
  for (const other of object.programs()) other.setAutoload(other.name === program);
  object.load();
  return object;
}

function runsAfterExec(object: BpfObject): bigint {
  spawnSync('true');
  return object.readGlobalNumber('runs');
}

describe('attaching to a cgroup', needsRoot, () => {
  if (needsRoot.skip !== false) return;
  const cgroup = makeCgroup();
  const bpffs = mountBpffs();
  const path = compile('connect');

  function loadCounter(): BpfObject {
    const object = openObject(path);
    object.load();
    return object;
  }

  test('counts the connects of its processes until it is detached', () => {
    using object = loadCounter();
    const link = object.program('count_connect').attachCgroup(cgroup);
    connectFrom(cgroup, [1, 2, 1]);
    link.detach();
    link.detach();
    connectFrom(cgroup, [1]);
    assert.equal(number64(object.map('counts_by_port').lookup(bytes32(1))), 2);
    assert.equal(number64(object.map('counts_by_port').lookup(bytes32(2))), 1);
    assert.equal(object.readGlobalNumber('connects'), 3n);
  });

  test('closing the object detaches what is not pinned', () => {
    const object = loadCounter();
    using counts = object.map('counts_by_port');
    object.program('count_connect').attachCgroup(cgroup).pin(join(bpffs, 'first'));
    counts.pin(join(bpffs, 'counts'));
    object.close();
    using pinned: BpfLink = openPinnedLink(join(bpffs, 'first'));
    pinned.detach();
    assert.throws(() => openPinnedLink(join(bpffs, 'first')), { code: 'ENOENT' });
  });

  test('a directory that is no cgroup is refused and named', () => {
    using object = loadCounter();
    assert.throws(() => object.program('count_connect').attachCgroup('/tmp'), /to cgroup \/tmp: /);
    assert.throws(() => object.program('count_connect').attachCgroup('/nowhere'), {
      code: 'ENOENT',
      syscall: 'open',
    });
    assert.throws(() => object.program('count_connect').attachCgroup(2 ** 31), BpfError);
  });

  test('run statistics count while they are on', () => {
    using object = loadCounter();
    object.program('count_connect').attachCgroup(cgroup);
    using statistics = enableStatistics();
    connectFrom(cgroup, [3]);
    statistics.close();
    const { runCount, runTimeNs } = object.program('count_connect').info();
    assert.equal(runCount, 1n);
    assert.ok(runTimeNs > 0n);
  });
});

describe('attaching to tracing hooks', needsRoot, () => {
  test('an iterator lists this process, each time anew', () => {
    using object = loadTracing('list_tasks');
    const iterator = object.program('list_tasks').attachIterator();
    for (const all of [iterator.readAll(), iterator.readAll()]) {
      assert.equal(all.length % 4, 0);
      assert.ok(new Uint32Array(new Uint8Array(all).buffer).includes(process.pid));
    }
    iterator.close();
    assert.throws(() => iterator.readAll(), { code: 'EBADF' });
  });

  test('tp_btf and raw tracepoints see an exec', () => {
    using byBtf = loadTracing('on_exec_btf');
    byBtf.program('on_exec_btf').attachTracingBtf();
    using raw = loadTracing('on_exec_raw');
    raw.program('on_exec_raw').attachRawTracepoint('sched_process_exec');
    assert.ok(runsAfterExec(byBtf) >= 1n);
    assert.ok(runsAfterExec(raw) >= 1n);
  });

  test('attach goes by the section, and only a cgroup program attaches to a cgroup', () => {
    using object = loadTracing('on_exec_btf');
    assert.throws(() => object.program('on_exec_btf').attachCgroup('/sys/fs/cgroup'), /only cgroup programs/);
    object.program('on_exec_btf').attach();
    assert.ok(runsAfterExec(object) >= 1n);
  });

  test('an unknown tracepoint is refused and named', () => {
    using object = loadTracing('on_exec_raw');
    assert.throws(
      () => object.program('on_exec_raw').attachRawTracepoint('no_such'),
      /raw tracepoint no_such: ENOENT/,
    );
  });

  // Kernels in lockdown, or without CONFIG_KPROBES or tracefs, have none of these two.
  const perfHooks = [
    {
      name: 'on_connect_kprobe',
      attach: (object: BpfObject) => object.program('on_connect_kprobe').attachKprobe('tcp_v4_connect'),
    },
    {
      name: 'on_exec_tracepoint',
      attach: (object: BpfObject) => object.program('on_exec_tracepoint').attach(),
    },
  ];
  for (const { name, attach } of perfHooks) {
    test(`${name} attaches, or says clearly that this kernel does not have it`, () => {
      using object = loadTracing(name);
      const outcome = outcomeOf(() => attach(object));
      if (!(outcome instanceof BpfError)) return outcome.detach();
      assert.match(outcome.operation, /^attach/);
      assert.match(outcome.code, /^(ENOENT|EPERM|EOPNOTSUPP|EINVAL|ENODEV|EACCES)$/);
      assert.match(outcome.message, new RegExp(`cannot attach program ${name} .*\\n.*tracefs`));
      assert.notEqual(outcome.log, '');
    });
  }
});

function outcomeOf(attach: () => BpfLink): BpfLink | BpfError {
  try {
    return attach();
  } catch (error) {
    if (error instanceof BpfError) return error;
    throw error;
  }
}
