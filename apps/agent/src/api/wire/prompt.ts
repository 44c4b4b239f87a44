// Prompts with their Flows and Processes as front ends see them.
import type * as Wire from '@sallyport/proto';
import { NO_ADDRESS } from '../../domain/address.ts';
import { mayCarryLastingRule } from '../../domain/app.ts';
import type { Container } from '../../domain/container.ts';
import type { App } from '../../domain/app.ts';
import type { Flow } from '../../domain/flow.ts';
import { networkAround, networkText } from '../../domain/network-around.ts';
import type { Process } from '../../domain/owner.ts';
import { questionText, wholeContainerOfAll } from '../../domain/prompt.ts';
import type { Prompt } from '../../domain/prompt.ts';
import { writeDirection } from './enums.ts';

export function writePrompt(prompt: Prompt): Wire.Prompt {
  return {
    id: prompt.id,
    question: questionText(prompt),
    app: writeApp(prompt.app),
    flows: prompt.flows.map(writeFlow),
    missed: prompt.state === 'missed',
    openedAtMs: prompt.openedAtMs,
    deadlineMs: prompt.deadlineMs,
    revision: prompt.revision,
    networks: prompt.flows.map(networkOf),
    container: wholeContainerOfAll(prompt.flows) ?? '',
  };
}

function networkOf({ endpoint: { address } }: Flow): string {
  return address === NO_ADDRESS ? '' : networkText(networkAround(address));
}

function writeApp(app: App): Wire.App {
  return {
    id: app.id,
    name: app.name,
    path: app.path ?? '',
    identity: app.identity.kind,
    mayCarryLastingRule: mayCarryLastingRule(app),
    container: app.identity.kind === 'container' ? writeContainer(app.identity.container) : undefined,
  };
}

function writeContainer({ runtime, id, name, image, uid }: Container): Wire.Container {
  return { runtime, id, name: name ?? '', image: image ?? '', uid };
}

function writeFlow(flow: Flow): Wire.Flow {
  return {
    id: flow.id,
    protocol: flow.key.protocol,
    direction: writeDirection(flow.direction),
    localAddress: flow.key.localAddress,
    localPort: flow.key.localPort,
    endpoint: {
      address: flow.endpoint.address,
      port: flow.endpoint.port,
      name: flow.endpoint.name?.text ?? '',
      nameEvidence: flow.endpoint.name?.evidence ?? '',
    },
    process: writeProcess(flow.process),
    startedAtMs: flow.startedAtMs,
  };
}

function writeProcess(process: Process): Wire.Process {
  return {
    pid: process.pid,
    startNs: String(process.startNs),
    app: writeApp(process.app),
    uid: process.uid,
    userName: process.userName ?? '',
    commandLine: process.commandLine,
    ancestors: process.ancestors,
  };
}
