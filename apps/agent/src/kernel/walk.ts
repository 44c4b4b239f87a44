// A BPF iterator, run once from its beginning to its end.
import type { BpfObject } from 'bpf-loader-napi';

/** Its program sees every item; for open descriptors that is milliseconds where there are thousands. */
export function walk(object: Pick<BpfObject, 'program'>, program: string): void {
  const iterator = object.program(program).attachIterator();
  iterator.readAll();
  iterator.close();
}
