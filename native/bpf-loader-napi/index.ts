// The public face of bpf-loader-napi: loading compiled BPF objects with the system's libbpf.
export { openObject } from './bpf-object.ts';
export type { BpfObject, OpenOptions } from './bpf-object.ts';
export type { BpfProgram, ProgramInformation } from './bpf-program.ts';
export { openPinnedLink } from './bpf-link.ts';
export type { BpfIterator, BpfLink } from './bpf-link.ts';
export { openPinnedMap } from './bpf-map.ts';
export type { BpfMap, UpdateMode } from './bpf-map.ts';
export type { MapEntry } from './map-batch.ts';
export type { RingBufferConsumer } from './ring-buffer.ts';
export type { VariableValue } from './variable.ts';
export { BpfError } from './errors.ts';
export { linkObjects } from './linker.ts';
export { enableStatistics, supports, supportsHelper, unpin } from './probe.ts';
export type { MapType, ProgramType } from './type-names.ts';
export { readBtf } from './btf.ts';
export type { BtfArray, BtfDescription, BtfEnum, BtfInteger, BtfMember, BtfStruct, BtfType } from './btf.ts';
