// The questions that browser tests and screenshots show.
import type { Prompt } from '../../apps/desktop/src/shared/model.ts';
import type { Change } from '../../apps/desktop/src/shared/state.ts';
import { agentOf, appOf, flowOf, processOf, promptOf } from '../../apps/desktop/src/test-support/samples.ts';

const CURL = processOf({
  commandLine: ['curl', '-fsSL', 'https://example.com/install.sh'],
  ancestors: [
    { pid: 4702, path: '/usr/bin/bash', commandLine: ['bash', './build.sh'] },
    { pid: 2210, path: '/usr/bin/bash', commandLine: ['bash'] },
    { pid: 1980, path: '/usr/bin/gnome-terminal', commandLine: ['gnome-terminal'] },
  ],
});

export const EXAMPLE_FLOW = flowOf('93.184.215.14', 443, {
  endpoint: {
    address: '93.184.215.14',
    port: 443,
    network: '93.184.215.0/24',
    name: { text: 'example.com', evidence: 'asked by curl 2 s ago' },
  },
});

/** curl, started by a script, opened so long ago. */
export function curlPrompt(changes: Partial<Prompt> = {}, openedMsAgo = 5000): Prompt {
  const openedAtMs = Date.now() - openedMsAgo;
  return promptOf({
    processes: [CURL],
    flows: [EXAMPLE_FLOW],
    openedAtMs,
    deadlineMs: openedAtMs + 120_000,
    ...changes,
  });
}

export function sisterFlows(): Prompt['flows'] {
  return [flowOf('198.51.100.7', 443), flowOf('2001:db8::1', 443), flowOf('93.184.215.14', 80)];
}

/** An App that acts on its own. */
export function appPrompt(name: string, changes: Partial<Prompt> = {}): Prompt {
  const path = `/usr/bin/${name}`;
  const openedAtMs = Date.now() - 2000;
  return promptOf({
    id: `p-${name}`,
    app: appOf(path),
    processes: [
      processOf({
        pid: 5120,
        commandLine: [path],
        ancestors: [{ pid: 1620, path: '/usr/bin/gnome-shell', commandLine: ['gnome-shell'] }],
      }),
    ],
    flows: [flowOf('203.0.113.20', 443)],
    openedAtMs,
    deadlineMs: openedAtMs + 120_000,
    ...changes,
  });
}

export function asking(...prompts: readonly Prompt[]): readonly Change[] {
  return [{ kind: 'agent', agent: agentOf({ prompts }) }];
}
