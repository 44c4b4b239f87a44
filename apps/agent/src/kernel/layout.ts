// Refuses to work with a BPF object whose structs are not the ones that this code was generated for.
import type { BpfObject } from 'bpf-loader-napi';
import { FLOW_KEY_SIZE, FLOW_OWNER_SIZE, OWNER_SIZE } from './gen/structs.ts';

const COOKIE_SIZE = 8;

const MAP_SIZES: Readonly<Record<string, { readonly key: number; readonly value: number }>> = {
  owners: { key: COOKIE_SIZE, value: OWNER_SIZE },
  flows: { key: FLOW_KEY_SIZE, value: FLOW_OWNER_SIZE },
  held_sockets: { key: COOKIE_SIZE, value: 1 },
  raw_sockets: { key: COOKIE_SIZE, value: 1 },
};

/** Throws where a map of the loaded object has other key or value sizes than the generated readers. */
export function checkLayouts(object: BpfObject): void {
  for (const [name, size] of Object.entries(MAP_SIZES)) {
    const map = object.map(name);
    if (map.keySize === size.key && map.valueSize === size.value) continue;
    throw new Error(
      `${object.path} does not fit this agent: map ${name} has keys of ${map.keySize} and values of ${map.valueSize} bytes, ` +
        `expected ${size.key} and ${size.value}. Rebuild both: npm run build && npm run codegen.`,
    );
  }
}
