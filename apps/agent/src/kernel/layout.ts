// Refuses to work with a BPF object whose structs are not the ones that this code was generated for.
import type { BpfObject } from 'bpf-loader-napi';
import {
  CONVERSATION_SIZE,
  CONVERSATION_STATE_SIZE,
  DATAGRAM_FLOW_SIZE,
  FLOW_KEY_SIZE,
  FLOW_OWNER_SIZE,
  SENDER_KEY_SIZE,
  SOCKET_RECORD_SIZE,
  TRAFFIC_SIZE,
  VERDICT_ENTRY_SIZE,
  VERDICT_KEY_SIZE,
  VERDICT_SETTINGS_SIZE,
  WANTED_SOCKET_SIZE,
} from './gen/structs.ts';

const COOKIE_SIZE = 8;

const MAP_SIZES: Readonly<Record<string, { readonly key: number; readonly value: number }>> = {
  owners: { key: COOKIE_SIZE, value: SOCKET_RECORD_SIZE },
  flows: { key: FLOW_KEY_SIZE, value: FLOW_OWNER_SIZE },
  senders: { key: SENDER_KEY_SIZE, value: FLOW_OWNER_SIZE },
  held_sockets: { key: COOKIE_SIZE, value: 1 },
  raw_sockets: { key: COOKIE_SIZE, value: 1 },
  own_sockets: { key: COOKIE_SIZE, value: 1 },
  datagram_traffic: { key: DATAGRAM_FLOW_SIZE, value: TRAFFIC_SIZE },
  closing_traffic: { key: COOKIE_SIZE, value: TRAFFIC_SIZE },
  alike_traffic: { key: 4, value: TRAFFIC_SIZE },
  verdicts: { key: VERDICT_KEY_SIZE, value: VERDICT_ENTRY_SIZE },
  verdict_settings: { key: 4, value: VERDICT_SETTINGS_SIZE },
  conversations: { key: CONVERSATION_SIZE, value: CONVERSATION_STATE_SIZE },
  port_binds: { key: 4, value: 4 },
  wanted: { key: 4, value: WANTED_SOCKET_SIZE },
  verdict_generations: { key: 4, value: 8 },
};

/** Throws where a map of the loaded object has other key or value sizes than the generated readers. */
export function checkLayouts(object: BpfObject): void {
  for (const map of object.maps()) {
    const { name } = map;
    const size = MAP_SIZES[name];
    if (size === undefined) continue;
    if (map.keySize === size.key && map.valueSize === size.value) continue;
    throw new Error(
      `${object.path} does not fit this agent: map ${name} has keys of ${map.keySize} and values of ${map.valueSize} bytes, ` +
        `expected ${size.key} and ${size.value}. Rebuild both: npm run build && npm run codegen.`,
    );
  }
}
