// A stage with one container behind the filtered machine, on a network of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerNetwork } from '../lab/container-network.ts';
import { LabContainer } from '../lab/lab-container.ts';
import { Stage } from './stage.ts';

export interface ContainerStage extends AsyncDisposable {
  readonly stage: Stage;
  readonly network: ContainerNetwork;
  readonly container: LabContainer;
}

export async function openContainerStage(name: string): Promise<ContainerStage> {
  const parts = new AsyncDisposableStack();
  const runtimeRoot = mkdtempSync(join(tmpdir(), 'sallyport-runtime-'));
  parts.defer(() => rmSync(runtimeRoot, { recursive: true }));
  const stage = await Stage.open({ args: ['--container-root', runtimeRoot] });
  const network = parts.use(new ContainerNetwork({ lab: stage.lab, number: 1 }));
  const container = parts.use(new LabContainer({ name, runtimeRoot, network: network.name }));
  // Its programs end with the stage, before their container.
  parts.use(stage);
  return { stage, network, container, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
