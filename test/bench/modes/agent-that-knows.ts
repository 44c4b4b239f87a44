// The agent with one rule about one program, made before it starts.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentUnderTest } from '../../lab/agent-under-test.ts';
import type { NetworkLab } from '../../lab/network-lab.ts';
import { SERVER_ADDRESS, SERVER_PORT } from '../client.ts';

export interface BenchRule {
  readonly id?: string;
  readonly appPath: string;
  /** Default: it may connect. */
  readonly action?: 'allow' | 'deny';
  readonly protocol?: 'tcp' | 'udp';
}

export interface KnowingAgentOptions extends BenchRule {
  readonly lab: NetworkLab;
  /** Further arguments of the agent. */
  readonly args?: readonly string[];
}

/** The rule is about this program and the server of the bench. */
export function startAgentThatKnows(options: KnowingAgentOptions): Promise<AgentUnderTest> {
  const { lab, args = [] } = options;
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const rules = join(directory, 'rules');
  mkdirSync(rules, { mode: 0o700 });
  writeFileSync(join(rules, 'bench.yaml'), benchRuleText(options), { mode: 0o600 });
  // Nothing unknown is to be let through or refused by a time-out while the bench runs.
  return AgentUnderTest.start({ lab, directory, args: ['--no-client-timeout', '120', ...args] });
}

export function benchRuleText({
  id = 'bench',
  appPath,
  action = 'allow',
  protocol = 'tcp',
}: BenchRule): string {
  return `id: ${id}
action: ${action}
app: ${appPath}
protocol: ${protocol}
address: ${SERVER_ADDRESS}
port: ${SERVER_PORT}
created: 2026-01-01T00:00:00Z
origin: user
`;
}
