import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { cgroupMount, checkMachine, thisMachine, withAnswerOfAgent } from './machine.ts';
import type { Machine } from './machine.ts';

const directories: string[] = [];
after(() => directories.forEach((directory) => rmSync(directory, { recursive: true, force: true })));

function machine(files: Readonly<Record<string, string>>, changes: Partial<Machine> = {}): Machine {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-machine-'));
  directories.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o755 });
  }
  return {
    root,
    kernelRelease: '6.1.0-18-amd64',
    uid: 1000,
    groupIds: [1000],
    userName: 'alice',
    socketPath: join(root, 'agent.sock'),
    ...changes,
  };
}

function states(checked: Machine): Readonly<Record<string, string>> {
  return Object.fromEntries(
    checkMachine(checked).map(({ name, state }) => [name, state.replace('HEALTH_STATE_', '')]),
  );
}

const COMPLETE = {
  'sys/kernel/btf/vmlinux': '',
  'proc/self/mountinfo': '30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n',
  'usr/sbin/iptables': '',
  'usr/sbin/ip6tables': '',
  'etc/group': 'root:x:0:\nsallyport:x:990:alice,bob\n',
};

describe('a machine', () => {
  test('with nothing on it is told what is missing, each with a remedy', () => {
    const checks = checkMachine(machine({}, { kernelRelease: '5.4.0' }));
    const unwell = checks.filter((check) => check.state !== 'HEALTH_STATE_OK');
    assert.deepEqual(
      unwell.map(({ name }) => name),
      ['kernel', 'btf', 'cgroup', 'iptables', 'ip6tables', 'socket', 'group'],
    );
    for (const check of unwell) assert.notEqual(check.remedy, '', check.name);
  });
  test('of the oldest kernel that will do', () => {
    assert.equal(states(machine({}, { kernelRelease: '5.15.0-91-generic' }))['kernel'], 'OK');
    assert.equal(states(machine({}, { kernelRelease: '5.14.21' }))['kernel'], 'BROKEN');
  });
  test('where the user was added to the group but has not logged in again', () => {
    const check = checkMachine(machine(COMPLETE)).find(({ name }) => name === 'group');
    assert.equal(check?.state, 'HEALTH_STATE_DEGRADED');
    assert.match(check.remedy, /Log out and in/);
    assert.equal(states(machine(COMPLETE, { groupIds: [990] }))['group'], 'OK');
  });
  test('without the group: root needs none, nor does whoever the agent answers', () => {
    const checks = checkMachine(machine({}));
    const group = checks.find(({ name }) => name === 'group');
    assert.match(group?.text ?? '', /root decides, and whoever started the agent by npm start/);
    assert.match(group?.remedy ?? '', /groupadd .* usermod -aG sallyport alice/);
    assert.equal(states(machine({}, { uid: 0 }))['group'], 'OK');
    const answered = withAnswerOfAgent(checks);
    assert.equal(answered.find(({ name }) => name === 'group')?.state, 'HEALTH_STATE_OK');
    assert.deepEqual(
      answered.filter(({ name }) => name !== 'group'),
      checks.filter(({ name }) => name !== 'group'),
    );
  });
  test('with everything, and an agent on its socket', async () => {
    const complete = machine(COMPLETE, { groupIds: [990], uid: process.getuid?.() ?? 0 });
    const server = createServer().listen(complete.socketPath);
    await new Promise((resolve) => server.once('listening', resolve));
    assert.deepEqual(new Set(Object.values(states(complete))), new Set(['OK']));
    server.close();
  });
  test('that this one is can be examined without an error', () => {
    assert.equal(checkMachine(thisMachine('/no/such/socket')).length, 9);
  });
});

describe('the kernel modules', () => {
  const LISTS = {
    'lib/modules/6.1.0-18-amd64/modules.dep':
      'kernel/net/netfilter/nfnetlink_queue.ko.xz: kernel/net/netfilter/nfnetlink.ko.xz\nkernel/net/netfilter/xt_NFQUEUE.ko:\n',
    'lib/modules/6.1.0-18-amd64/modules.builtin': 'kernel/net/netfilter/xt_bpf.ko\n',
  };
  const modules = (files: Readonly<Record<string, string>>) =>
    checkMachine(machine(files)).find(({ name }) => name === 'modules');

  test('are there as files or built in', () => {
    assert.equal(modules(LISTS)?.state, 'HEALTH_STATE_OK');
  });
  test('that are missing are named, with what to install', () => {
    const check = modules({ ...LISTS, 'lib/modules/6.1.0-18-amd64/modules.builtin': '' });
    assert.equal(check?.state, 'HEALTH_STATE_DEGRADED');
    assert.equal(check.text, 'this kernel has no xt_bpf: processes are found in a lesser way');
    assert.match(check.remedy, /6\.1\.0-18-amd64/);
  });
  test('are needed where packets could not wait without them', () => {
    const list = 'kernel/net/netfilter/xt_NFQUEUE.ko:\nkernel/net/netfilter/xt_bpf.ko:\n';
    const check = modules({ 'lib/modules/6.1.0-18-amd64/modules.dep': list });
    assert.equal(check?.state, 'HEALTH_STATE_BROKEN');
    assert.equal(check.text, 'this kernel has no nfnetlink_queue');
  });
  test('may be loaded though their files are gone', () => {
    const loaded = 'x_tables 57344 2 - Live 0x0\nxt_bpf 16384 4 - Live 0x0\n';
    const lists = { ...LISTS, 'lib/modules/6.1.0-18-amd64/modules.builtin': '', 'proc/modules': loaded };
    assert.equal(modules(lists)?.state, 'HEALTH_STATE_OK');
  });
  test('cannot be told without lists, as in a container', () => {
    assert.match(modules({ 'proc/modules': '' })?.text ?? '', /lists none/);
  });
});

describe('the cgroup mount', () => {
  test('may be absent: the agent makes one where the kernel can', () => {
    const checked = machine({ 'proc/filesystems': 'nodev\tcgroup\nnodev\tcgroup2\n\text4\n' });
    assert.equal(states(checked)['cgroup'], 'OK');
    assert.equal(states(machine({ 'proc/filesystems': 'nodev\tcgroup\n' }))['cgroup'], 'DEGRADED');
  });
  test('is found behind optional fields, and v1 is not taken for it', () => {
    const text = `31 30 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
42 30 0:28 / /sys/fs/cgroup/unified rw,nosuid shared:9 master:1 - cgroup2 cgroup2 rw
`;
    assert.equal(cgroupMount(text), '/sys/fs/cgroup/unified');
    assert.equal(cgroupMount('nonsense - \n - cgroup2'), undefined);
  });
});
