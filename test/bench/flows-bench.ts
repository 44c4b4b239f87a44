// `bench flows`: more and more flows that have a verdict each, up to far more than the kernel's map holds. What a flow costs that is
// known all the while, what becomes of the others, and whether any of them ever gets a verdict that is not its own.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FirewallClient } from '../../proto/index.ts';
import { connectFirewall } from '../../proto/index.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { endChild, finish, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { measureConnects, SERVER_ADDRESS, SERVER_PORT } from './client.ts';
import { flowsReport } from './flows-report.ts';
import type { FlowFigures } from './flows-report.ts';
import { mapsMiB } from './map-memory.ts';
import { benchRuleText } from './modes/agent-that-knows.ts';
import { memoryMiB } from './process-figures.ts';
import { program } from './programs.ts';
import type { Report } from './report.ts';
import { startReady, startServer } from './started.ts';
import { median, rounded } from './statistics.ts';

const FLOW_COUNTS = [1000, 10_000, 100_000, 500_000] as const;
/** The ends are ports of addresses that nobody has; the last port of each is denied. */
const FIRST_ADDRESS = '100.64.0.1';
const NETWORK = '100.64.0.0/16';
const PORTS = 50;
const DATAGRAMS = 100_000;
const CONNECTS = 1000;
const WARM_UP = 2000;
const SETTLED_WITHIN_MS = 10_000;

interface Bed {
  readonly lab: NetworkLab;
  readonly agent: AgentUnderTest;
  readonly client: FirewallClient;
}

export async function benchFlows(signal: AbortSignal): Promise<Report> {
  const figures: FlowFigures[] = [];
  for (const flows of FLOW_COUNTS) {
    signal.throwIfAborted();
    figures.push(await withFlows(flows));
  }
  return flowsReport(figures);
}

async function withFlows(flows: number): Promise<FlowFigures> {
  await using parts = new AsyncDisposableStack();
  const lab = new NetworkLab('sallyport-bench');
  parts.defer(() => lab.close());
  const servers = [
    await startServer(lab),
    await startReady({ lab, side: 'server', words: [program('datagrams'), 'sink', String(SERVER_PORT)] }),
  ];
  parts.defer(async () => {
    await Promise.all(servers.map((server) => endChild(server)));
  });
  const agent = await AgentUnderTest.start({ lab, directory: directoryOfRules() });
  parts.defer(async () => {
    await agent.stop();
  });
  const client = connectFirewall({ socketPath: agent.socketPath });
  parts.defer(() => client.close());
  return await measure({ lab, agent, client }, flows);
}

async function measure(bed: Bed, flows: number): Promise<FlowFigures> {
  const sent = await sendAll(bed, flows);
  const { verdicts, verdictsPushedOut } = await bed.client.measureKernel({ durationMs: 1 });
  return {
    flows,
    ...sent,
    ...{ verdictsHeld: verdicts, verdictsPushedOut },
    knownDatagramUs: await knownDatagramUs(bed.lab),
    knownConnectUs: await knownConnectUs(bed.lab),
    mapsMiB: rounded(mapsMiB(bed.agent.pid)),
    agentMiB: rounded(memoryMiB(bed.agent.pid, 'VmRSS')),
  };
}

type SentFigures = Pick<FlowFigures, 'firstUs' | 'againUs' | 'againInKernel' | 'lost' | 'leaked'>;

/** Each flow twice: the agent decides the first datagram, and the kernel the second, where it still knows the verdict. */
async function sendAll(bed: Bed, flows: number): Promise<SentFigures> {
  const allowed = arrivals(bed.lab, `1:${PORTS - 1}`);
  const denied = arrivals(bed.lab, `${PORTS}`);
  const first = await sendOnce(bed, flows);
  const again = await sendOnce(bed, flows);
  const expected = 2 * (flows - Math.floor(flows / PORTS));
  await settled(() => allowed() >= expected);
  return {
    firstUs: rounded(first.ns / flows / 1000, 2),
    againUs: rounded(again.ns / flows / 1000, 2),
    againInKernel: rounded(again.inKernel / flows, 3),
    lost: expected - allowed(),
    leaked: denied(),
  };
}

/** What waits for the agent when the sender has ended; what does not come in time is lost. */
async function settled(isDone: () => boolean): Promise<void> {
  await waitFor('the last datagrams', isDone, SETTLED_WITHIN_MS).catch(() => undefined);
}

async function sendOnce({ lab, client }: Bed, flows: number): Promise<Record<'ns' | 'inKernel', number>> {
  const before = await decidedInKernel(client);
  const ns = Number(await output(lab, program('flows'), FIRST_ADDRESS, PORTS, flows));
  return { ns, inKernel: (await decidedInKernel(client)) - before };
}

async function output(lab: NetworkLab, ...words: readonly (string | number)[]): Promise<string> {
  const [command = '', ...args] = words.map(String);
  const [nsenter, ...rest] = lab.inside('client', command, ...args);
  const { exitCode, stdout, stderr } = await finish(nsenter, rest);
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}: ${stderr}`);
  return stdout;
}

async function decidedInKernel(client: FirewallClient): Promise<number> {
  const { counters } = await client.getStatus({});
  const names = ['knownAllowed', 'knownDenied'];
  return counters
    .filter(({ name }) => names.includes(name))
    .reduce((sum, { value }) => sum + Number(value), 0);
}

/** How many datagrams came to the server's side, for these ports of any address, from now on. */
function arrivals(lab: NetworkLab, ports: string): () => number {
  lab.run(
    'server',
    'iptables',
    '-t',
    'raw',
    '-A',
    'PREROUTING',
    '-p',
    'udp',
    '-d',
    NETWORK,
    '--dport',
    ports,
  );
  const range = ports.includes(':') ? `dpts:${ports}` : `dpt:${ports}`;
  return () => {
    const lines = lab.run('server', 'iptables', '-t', 'raw', '-vnxL', 'PREROUTING').split('\n');
    const line = lines.find((candidate) => candidate.trimEnd().endsWith(range)) ?? '';
    return Number(line.trim().split(/\s+/)[0]);
  };
}

async function knownDatagramUs(lab: NetworkLab): Promise<number> {
  const ns = await output(lab, program('datagrams'), 'send', SERVER_ADDRESS, SERVER_PORT, DATAGRAMS, WARM_UP);
  return rounded(Number(ns) / DATAGRAMS / 1000, 2);
}

async function knownConnectUs(lab: NetworkLab): Promise<number> {
  const clientPath = program('connect');
  const { latenciesUs } = await measureConnects({
    ...{ lab, clientPath, connects: CONNECTS, warmUp: WARM_UP, how: 'same' },
  });
  return rounded(median(latenciesUs));
}

/** Rules that look at the whole remote end, so that each end has a verdict of its own. */
function directoryOfRules(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const rules = join(directory, 'rules');
  mkdirSync(rules, { mode: 0o700 });
  const known = (name: 'datagrams' | 'connect', protocol: 'udp' | 'tcp'): string =>
    benchRuleText({ id: name, appPath: program(name), protocol });
  const texts = { datagrams: known('datagrams', 'udp'), connect: known('connect', 'tcp'), ...manyEnds() };
  for (const [name, text] of Object.entries(texts))
    writeFileSync(join(rules, `${name}.yaml`), text, { mode: 0o600 });
  return directory;
}

function manyEnds(): Record<'allow' | 'deny', string> {
  const ruleText = (action: 'allow' | 'deny', ports: string): string => `id: ${action}
action: ${action}
app: ${program('flows')}
protocol: udp
address: ${NETWORK}
port: ${ports}
created: 2026-01-01T00:00:00Z
origin: user
`;
  return { allow: ruleText('allow', `1-${PORTS - 1}`), deny: ruleText('deny', String(PORTS)) };
}
