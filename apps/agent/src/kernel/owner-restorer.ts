// Writes the record of a socket again that was pushed out of the map of owners.
import { BpfError } from 'bpf-loader-napi';
import type { BpfMap, BpfObject } from 'bpf-loader-napi';
import { viewOf } from './bytes.ts';
import { OwnerEvidence, SOCKET_RECORD_SIZE, writeSocketRecord } from './gen/structs.ts';
import type { OwnerStruct } from './gen/structs.ts';

const NOTHING = { packetsOut: 0n, bytesOut: 0n, packetsIn: 0n, bytesIn: 0n };

export class OwnerRestorer {
  readonly #owners: BpfMap;
  #restored = 0;

  constructor(object: Pick<BpfObject, 'map'>) {
    this.#owners = object.map('owners');
  }

  get restored(): number {
    return this.#restored;
  }

  /** Of a datagram socket. What a hook has seen meanwhile is never touched. */
  restore(seen: Omit<OwnerStruct, 'evidence'>): void {
    const [key, record] = [viewOf(8), viewOf(SOCKET_RECORD_SIZE)];
    const owner = { ...seen, evidence: OwnerEvidence.OWNER_SEEN_RUNNING };
    key.view.setBigUint64(0, owner.socketCookie, true);
    writeSocketRecord(record.view, { owner, traffic: NOTHING, number: 0, isStream: 0, isTold: 0 });
    try {
      this.#owners.update(key.bytes, record.bytes, 'noexist');
      this.#restored += 1;
    } catch (error) {
      if (!(error instanceof BpfError) || error.code !== 'EEXIST') throw error;
    }
  }
}
