// Describes the C types of an object file from its BTF, for the generator of TypeScript readers.
import { TypeResolver } from './btf-resolver.ts';
import { check } from './errors.ts';
import { native } from './native.ts';

export interface BtfMember {
  /** Empty for an anonymous struct or union. */
  readonly name: string;
  readonly offsetBits: number;
  /** Of the member's type; for a bit field the bytes of the integer that it is declared as. */
  readonly sizeBytes: number;
  readonly type: BtfType;
}

export interface BtfStruct {
  readonly kind: 'struct' | 'union';
  /** Empty where the type is anonymous. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly members: readonly BtfMember[];
}

export interface BtfEnum {
  readonly kind: 'enum';
  readonly name: string;
  readonly sizeBytes: number;
  readonly signed: boolean;
  readonly values: readonly { readonly name: string; readonly value: bigint }[];
}

/** `bits` is smaller than the size says for bit fields alone. */
export interface BtfInteger {
  readonly kind: 'int';
  readonly name: string;
  readonly sizeBytes: number;
  readonly signed: boolean;
  readonly boolean: boolean;
  readonly bits: number;
}

export interface BtfArray {
  readonly kind: 'array';
  readonly element: BtfType;
  readonly length: number;
  readonly sizeBytes: number;
}

/** Typedefs and qualifiers are resolved away; what a pointer points to does not cross to user space. */
export type BtfType =
  | BtfInteger
  | BtfArray
  | BtfStruct
  | BtfEnum
  | { readonly kind: 'pointer'; readonly sizeBytes: number }
  | { readonly kind: 'float'; readonly sizeBytes: number }
  | { readonly kind: 'opaque'; readonly sizeBytes: 0 };

export interface BtfDescription {
  /** The named structs and unions. */
  readonly structs: readonly BtfStruct[];
  /** All enums, anonymous ones (sets of constants) included. */
  readonly enums: readonly BtfEnum[];
  readonly typedefs: readonly { readonly name: string; readonly type: BtfType }[];
}

/** @throws BpfError where the file has no readable BTF (compile with -g), Error where its types do not fit together. */
export function readBtf(objectPath: string): BtfDescription {
  const answer = native.readBtf(objectPath);
  const types = check(answer, { operation: 'readBtf', tried: `read the BTF of ${objectPath}` });
  return new TypeResolver(types).describeAll();
}
