// Sallyport's agent with a stored rule that allows the client: every SYN is queued and decided in user space.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentUnderTest } from '../../lab/agent-under-test.ts';
import type { NetworkLab } from '../../lab/network-lab.ts';
import { SERVER_ADDRESS, SERVER_PORT } from '../client.ts';
import type { Mode } from './mode.ts';

export const rule: Mode = {
  name: 'rule',
  unavailable: () => undefined,
  start: async ({ lab, clientPath }) => {
    const agent = await startAgentThatKnows(lab, clientPath);
    return {
      stop: async () => {
        await agent.stop();
      },
    };
  },
};

/** The agent with one rule, made before it starts: this program may connect to the server. */
export function startAgentThatKnows(lab: NetworkLab, appPath: string): Promise<AgentUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const rules = join(directory, 'rules');
  mkdirSync(rules, { mode: 0o700 });
  writeFileSync(join(rules, 'bench.yaml'), ruleText(appPath), { mode: 0o600 });
  // Nothing unknown is to be let through or refused by a time-out while the bench runs.
  return AgentUnderTest.start({ lab, directory, args: ['--no-client-timeout', '120'] });
}

function ruleText(appPath: string): string {
  return `id: bench
action: allow
app: ${appPath}
protocol: tcp
address: ${SERVER_ADDRESS}
port: ${SERVER_PORT}
created: 2026-01-01T00:00:00Z
origin: user
`;
}
