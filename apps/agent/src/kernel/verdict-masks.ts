// The masks of the verdict cache that are in use: few, because the kernel tries each of them for a flow that it does not know.
import { VerdictField, VerdictLimit } from './gen/structs.ts';

const EVERY_FIELD = Object.values(VerdictField).reduce((mask, bit) => mask | bit, 0);

export class VerdictMasks {
  #inUse: number[] = [];

  /** In the order in which the kernel tries them. */
  get inUse(): readonly number[] {
    return this.#inUse;
  }

  /**
   * The mask under which a verdict that looked at `fields` is to be written. More fields are always right, they only fit fewer
   * flows: where there is no room for another mask, it is one that holds all of these fields.
   */
  maskFor(fields: number): { readonly fields: number; readonly isNew: boolean } {
    if (this.#inUse.includes(fields)) return { fields, isNew: false };
    if (this.#hasRoomFor(fields)) {
      this.#inUse.push(fields);
      return { fields, isNew: true };
    }
    const wider = this.#inUse.find((mask) => (mask & fields) === fields);
    return wider === undefined ? this.maskFor(EVERY_FIELD) : { fields: wider, isNew: false };
  }

  clear(): void {
    this.#inUse = [];
  }

  /** The last place is kept for the mask that fits every verdict. */
  #hasRoomFor(fields: number): boolean {
    const most = VerdictLimit.MOST_VERDICT_MASKS;
    return this.#inUse.length < (fields === EVERY_FIELD ? most : most - 1);
  }
}

const FIELD_NAMES: readonly (readonly [number, string])[] = [
  [VerdictField.VERDICT_FIELD_EXECUTABLE, 'app'],
  [VerdictField.VERDICT_FIELD_PROCESS, 'process'],
  [VerdictField.VERDICT_FIELD_UID, 'user'],
  [VerdictField.VERDICT_FIELD_PROTOCOL, 'protocol'],
  [VerdictField.VERDICT_FIELD_ADDRESS, 'address'],
  [VerdictField.VERDICT_FIELD_PORT, 'port'],
];

/** The fields of a mask in words, such as `app port`; `none` for the one that fits every flow. */
export function maskName(fields: number): string {
  const names = FIELD_NAMES.filter(([bit]) => (fields & bit) !== 0).map(([, name]) => name);
  return names.join(' ') || 'none';
}
