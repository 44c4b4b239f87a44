// Reads the flow map of a loaded object: whose packets carry these headers.
import type { BpfMap, BpfObject } from 'bpf-loader-napi';
import { FLOW_KEY_SIZE, FLOW_OWNER_SIZE, readFlowOwner, writeFlowKey } from './gen/structs.ts';
import type { FlowKeyStruct, FlowOwnerStruct } from './gen/structs.ts';
import { viewOf } from './bytes.ts';

export class FlowMapReader {
  readonly #flows: BpfMap;
  readonly #key = viewOf(FLOW_KEY_SIZE);
  readonly #owner = viewOf(FLOW_OWNER_SIZE);

  constructor(object: Pick<BpfObject, 'map'>) {
    this.#flows = object.map('flows');
  }

  flowOwner(key: FlowKeyStruct): FlowOwnerStruct | undefined {
    writeFlowKey(this.#key.view, key);
    return this.#flows.lookupInto(this.#key.bytes, this.#owner.bytes)
      ? readFlowOwner(this.#owner.view)
      : undefined;
  }
}
