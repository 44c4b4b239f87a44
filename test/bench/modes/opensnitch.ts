// OpenSnitch's daemon with a matching rule, as the figure to beat. It runs in the lab's network namespace and in a mount
// namespace of its own, in which a temporary folder stands for /etc/opensnitchd: the host's files and rules stay as they are.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectOutput, endChild, waitFor } from '../../lab/commands.ts';
import type { NetworkLab } from '../../lab/network-lab.ts';
import type { Mode, ModeContext } from './mode.ts';

const DAEMON = '/usr/bin/opensnitchd';
const CONFIG_FOLDER = '/etc/opensnitchd';
const QUEUE = 4871;
const START_TIMEOUT_MS = 15_000;

export const opensnitch: Mode = {
  name: 'opensnitch',
  how: 'same',
  unavailable: () =>
    existsSync(DAEMON) && existsSync(CONFIG_FOLDER)
      ? undefined
      : 'not installed: apt-get install --no-install-recommends opensnitch, then systemctl disable --now opensnitch',
  start,
};

async function start({ lab, clientPath }: ModeContext): ReturnType<Mode['start']> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-opensnitch-'));
  writeFiles(directory, clientPath);
  const [command, ...args] = lab.inside(
    'client',
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    script(directory),
  );
  const daemon = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collectOutput(daemon);
  const stop = async (): Promise<void> => {
    await endChild(daemon);
    rmSync(directory, { recursive: true, force: true });
    // It leaves a rule of its system firewall behind.
    clearRules(lab);
  };
  try {
    await waitFor(
      `opensnitchd to filter`,
      () => {
        if (daemon.exitCode !== null)
          throw new Error(`opensnitchd ended: ${output().stdout}${output().stderr}`);
        return listens(daemon.pid) && queues(lab);
      },
      START_TIMEOUT_MS,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** `proc` finds processes by /proc alone: its eBPF objects need kprobes, which a locked-down kernel refuses. */
function script(directory: string): string {
  const options = `-rules-path ${directory}/rules -process-monitor-method proc -queue-num ${QUEUE}`;
  return `mount --bind ${directory}/config ${CONFIG_FOLDER} && exec ${DAEMON} ${options} -error -log-file ${directory}/log`;
}

function writeFiles(directory: string, clientPath: string): void {
  for (const folder of ['config', 'rules']) mkdirSync(join(directory, folder));
  const json = (file: string, value: unknown): void =>
    writeFileSync(join(directory, file), JSON.stringify(value));
  json('config/system-fw.json', { SystemRules: [] });
  json('config/default-config.json', {
    Server: { Address: `unix://${directory}/no-window.sock`, LogFile: `${directory}/log` },
    DefaultAction: 'allow',
    DefaultDuration: 'once',
    InterceptUnknown: false,
    ProcMonitorMethod: 'proc',
    LogLevel: 4,
    Firewall: 'iptables',
    Stats: { MaxEvents: 150, MaxStats: 25 },
  });
  json('rules/bench.json', {
    created: '2026-01-01T00:00:00Z',
    updated: '2026-01-01T00:00:00Z',
    name: 'bench',
    enabled: true,
    precedence: false,
    action: 'allow',
    duration: 'always',
    operator: { type: 'simple', operand: 'process.path', sensitive: false, data: clientPath, list: [] },
  });
}

/** Whether the process's namespace has a listener on the queue. */
function listens(pid: number | undefined): boolean {
  const queues = readFileSync(`/proc/${pid}/net/netfilter/nfnetlink_queue`, 'utf8');
  return queues.split('\n').some((line) => Number.parseInt(line.trim(), 10) === QUEUE);
}

function queues(lab: NetworkLab): boolean {
  return lab.run('client', 'iptables-save').includes(`NFQUEUE --queue-num ${QUEUE}`);
}

function clearRules(lab: NetworkLab): void {
  for (const command of ['iptables', 'ip6tables'])
    for (const table of ['mangle', 'filter']) lab.run('client', command, '-t', table, '-F');
}
