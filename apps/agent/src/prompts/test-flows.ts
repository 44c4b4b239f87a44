// Flows, clocks and brokers for the tests of this folder.
import assert from 'node:assert/strict';
import type { Address } from '../domain/address.ts';
import { appOf, type AppIdentity } from '../domain/app.ts';
import type { Container } from '../domain/container.ts';
import type { Flow, FlowId } from '../domain/flow.ts';
import type { Direction, Protocol } from '../domain/flow-key.ts';
import type { Process } from '../domain/owner.ts';
import type { Decision, PromptId } from '../domain/prompt.ts';
import { PromptBroker } from './broker.ts';
import { DEFAULT_LIMITS, type BrokerLimits, type ClosedReason, type DecideOutcome } from './outcomes.ts';

export const TIMEOUT_MS = 1000;
export const NO_CLIENT_TIMEOUT_MS = 300;
export const WALL_START_MS = 1_700_000_000_000;

export interface FlowParts {
  readonly path?: string;
  readonly identity?: AppIdentity;
  readonly uid?: number;
  readonly pid?: number;
  readonly protocol?: Protocol;
  readonly direction?: Direction;
  readonly address?: string;
  readonly port?: number;
  readonly localPort?: number;
  readonly cookie?: bigint;
  readonly name?: string;
  /** Of the process, whatever its App is. */
  readonly container?: Container;
}

let flowCount = 0;

/** A new flow with its own local port and socket, curl to 1.2.3.4:443 unless told otherwise. */
export function flowOf(given: FlowParts = {}): Flow {
  flowCount += 1;
  const parts = {
    protocol: 'tcp',
    direction: 'out',
    address: '1.2.3.4',
    port: given.protocol === 'icmp' ? 0 : 443,
    localPort: flowCount,
    cookie: BigInt(flowCount),
    ...given,
  } as const;
  const address = parts.address as Address;
  return {
    id: `flow-${flowCount}` as FlowId,
    key: {
      protocol: parts.protocol,
      localAddress: '10.0.0.2' as Address,
      localPort: parts.localPort,
      remoteAddress: address,
      remotePort: parts.port,
      networkNamespace: 1n,
    },
    direction: parts.direction,
    process: processOf(given),
    endpoint: {
      address,
      port: parts.port,
      name: given.name === undefined ? undefined : { text: given.name, evidence: 'asked by curl' },
    },
    socketCookie: parts.cookie,
    startedAtMs: WALL_START_MS,
  };
}

function processOf({
  path = '/usr/bin/curl',
  identity,
  uid = 1000,
  pid = 4711,
  container,
}: FlowParts): Process {
  return {
    pid,
    startNs: 99n,
    app: appOf(identity ?? { kind: 'path', path }),
    uid,
    userName: undefined,
    commandLine: [],
    ancestors: [],
    lineage: [{ pid, startNs: 99n }],
    cgroupId: 1n,
    container: container ?? (identity?.kind === 'container' ? identity.container : 'none'),
  };
}

export function container(name: string | undefined): Container {
  return { runtime: 'docker', uid: undefined, id: 'a1', name, image: undefined };
}

export function inContainer(name: string | undefined, path = '/usr/bin/curl'): AppIdentity {
  return { kind: 'container', container: container(name), path };
}

export interface BrokerBench {
  readonly broker: PromptBroker<number>;
  /** `changed ID` and `closed ID reason`, in order. */
  readonly events: string[];
  pass(ms: number): void;
}

export function brokerBench(limits: Partial<BrokerLimits> = {}): BrokerBench {
  let nowMs = 0;
  let prompts = 0;
  const events: string[] = [];
  const broker = new PromptBroker<number>({
    limits: { ...DEFAULT_LIMITS, ...limits },
    timeoutMs: TIMEOUT_MS,
    noClientTimeoutMs: NO_CLIENT_TIMEOUT_MS,
    clock: { steadyMs: () => nowMs, wallMs: () => WALL_START_MS + nowMs },
    newPromptId: () => `prompt-${(prompts += 1)}` as PromptId,
    events: {
      onPromptChanged: (id) => events.push(`changed ${id}`),
      onPromptClosed: (id: PromptId, reason: ClosedReason) => events.push(`closed ${id} ${reason}`),
    },
  });
  return { broker, events, pass: (ms) => (nowMs += ms) };
}

export function decisionOf(promptId: string, parts: Partial<Decision> = {}): Decision {
  return {
    promptId: promptId as PromptId,
    action: 'allow',
    scope: 'endpoint',
    lifetime: { kind: 'once' },
    ...{ ownUserOnly: false, forContainer: false },
    flowIds: undefined,
    revision: undefined,
    ...parts,
  };
}

export function decided(outcome: DecideOutcome<number>): Extract<DecideOutcome<number>, { kind: 'decided' }> {
  assert.ok(outcome.kind === 'decided', outcome.kind === 'refused' ? outcome.text : '');
  return outcome;
}
