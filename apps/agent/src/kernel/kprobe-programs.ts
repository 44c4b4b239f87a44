// The kprobes of rung 3, loaded and attached, and their flow map. Nothing else of ours is in the kernel there.
import { openObject } from 'bpf-loader-napi';
import type { BpfObject } from 'bpf-loader-napi';
import type { OwnNamespaces } from '../platform/own-namespaces.ts';
import { agentVariables } from './agent-variables.ts';
import { FlowMapReader } from './flow-map-reader.ts';
import type { FlowKeyStruct, FlowOwnerStruct } from './gen/structs.ts';
import { checkLayouts } from './layout.ts';

export interface KprobeOptions {
  /** The linked BPF object. */
  readonly objectPath: string;
  readonly namespaces: OwnNamespaces;
}

export class KprobePrograms {
  readonly #object: BpfObject;
  readonly #flows: FlowMapReader;

  /** Throws BpfError (kernels without kprobes, or without one of the functions) and leaves nothing attached. */
  static load({ objectPath, namespaces }: KprobeOptions): KprobePrograms {
    const object = openObject(objectPath, { globals: agentVariables(namespaces) });
    try {
      object.load();
      checkLayouts(object);
      // The ends of calls first: no beginning is seen whose end is not.
      const byEnd = object
        .programs()
        .toSorted((one, other) => endsFirst(one.section) - endsFirst(other.section));
      for (const program of byEnd) program.attach();
      return new KprobePrograms(object);
    } catch (error) {
      object.close();
      throw error;
    }
  }

  private constructor(object: BpfObject) {
    this.#object = object;
    this.#flows = new FlowMapReader(object);
  }

  flowOwner(key: FlowKeyStruct): FlowOwnerStruct | undefined {
    return this.#flows.flowOwner(key);
  }

  close(): void {
    this.#object.close();
  }
}

function endsFirst(section: string): number {
  return section.startsWith('kretprobe/') ? 0 : 1;
}
