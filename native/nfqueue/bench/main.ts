// Compares TCP connects through the addon with connects through the bare C loop, interleaved round by round in a network
// namespace of its own. Usage (root): make bench, or unshare --net node bench/main.ts ROUNDS CONNECTS
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

interface Figures {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

const here = import.meta.dirname;
const rounds = Number(process.argv[2] ?? 7);
const connects = Number(process.argv[3] ?? 3000);
const ports = { none: 2000, accept: 2001, addon: 2002 } as const;

function run(command: string, ...commandArguments: readonly string[]): string {
  return execFileSync(command, commandArguments, { encoding: 'utf8' });
}

async function startListener(command: string, ...commandArguments: readonly string[]): Promise<ChildProcess> {
  const child = spawn(command, commandArguments, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

function queuePort(port: number): void {
  const syn = ['-p', 'tcp', '--dport', String(port), '--syn', '-j', 'NFQUEUE', '--queue-num', String(port)];
  run('iptables', '-A', 'OUTPUT', ...syn);
}

function measure(port: number): Figures {
  const [p50 = 0, p90 = 0, p99 = 0] = run(`${here}/../build/connect`, String(port), String(connects))
    .split(' ')
    .map(Number);
  return { p50, p90, p99 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function report(name: string, figures: readonly Figures[]): void {
  const p50 = figures.map((figure) => figure.p50);
  const tails = `p90 ${median(figures.map((figure) => figure.p90))}  p99 ${median(figures.map((figure) => figure.p99))}`;
  console.log(`${name.padEnd(8)} p50 ${median(p50)} us  ${tails}  (p50 of each round: ${p50.join(' ')})`);
}

if (run('ip', '-o', 'link').trim().split('\n').length > 1 && run('ip', 'route').trim() !== '') {
  throw new Error('This changes netfilter rules: run it in a new network namespace (make bench)');
}
run('ip', 'link', 'set', 'lo', 'up');
queuePort(ports.accept);
queuePort(ports.addon);
const children = [
  await startListener(`${here}/../build/accept`, String(ports.accept)),
  await startListener(process.execPath, `${here}/listener.ts`, String(ports.addon)),
];
const none: Figures[] = [];
const accept: Figures[] = [];
const addon: Figures[] = [];
for (let round = 0; round < rounds; round++) {
  none.push(measure(ports.none));
  accept.push(measure(ports.accept));
  addon.push(measure(ports.addon));
}
for (const child of children) child.kill();
report('no rule', none);
report('C loop', accept);
report('addon', addon);
const ratios = addon.map((figure, round) => figure.p50 / (accept[round]?.p50 ?? NaN));
console.log(`addon / C loop, p50: median of rounds ${median(ratios).toFixed(3)}`);
