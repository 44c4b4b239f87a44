// Turns the flat list of BTF records into nested descriptions. The records may come from a damaged file: ids that lead
// nowhere or in circles are refused.
import type { BtfArray, BtfDescription, BtfEnum, BtfMember, BtfStruct, BtfType } from './btf.ts';
import type { NativeBtfMember, NativeBtfType } from './native.ts';

// BTF_KIND_* of linux/btf.h.
const kinds = {
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  float: 16,
  typeTag: 18,
  enum64: 19,
} as const;

const transparentKinds: ReadonlySet<number> = new Set([
  kinds.typedef,
  kinds.volatile,
  kinds.const,
  kinds.restrict,
  kinds.typeTag,
]);

/** Deeper nesting by value is not C that anybody writes. */
const maximumDepth = 64;

// The BPF target's, whatever machine reads the file.
const pointerBytes = 8;

export class TypeResolver {
  readonly #types: readonly NativeBtfType[];
  readonly #resolved = new Map<number, BtfType>();

  constructor(types: readonly NativeBtfType[]) {
    this.#types = types;
  }

  describeAll(): BtfDescription {
    const ids = [...this.#types.keys()].slice(1);
    const described = ids.map((id) => ({ record: this.#record(id), type: this.#resolve(id, 0) }));
    const whole = described
      .filter(({ record }) => !transparentKinds.has(record.kind))
      .map(({ type }) => type);
    return {
      structs: whole.filter((type): type is BtfStruct => isComposite(type) && type.name !== ''),
      enums: whole.filter((type): type is BtfEnum => type.kind === 'enum'),
      typedefs: described
        .filter(({ record }) => record.kind === kinds.typedef)
        .map(({ record, type }) => ({ name: record.name, type })),
    };
  }

  #record(id: number): NativeBtfType {
    const record = this.#types[id];
    if (record === undefined) throw new Error(`cannot read BTF: there is no type ${id}; the file is damaged`);
    return record;
  }

  #resolve(id: number, depth: number): BtfType {
    const known = this.#resolved.get(id);
    if (known !== undefined) return known;
    if (depth > maximumDepth)
      throw new Error(`cannot read BTF: type ${id} contains itself; the file is damaged`);
    const type = this.#describe(this.#record(id), depth + 1);
    this.#resolved.set(id, type);
    return type;
  }

  #describe(record: NativeBtfType, depth: number): BtfType {
    if (transparentKinds.has(record.kind)) return this.#resolve(record.sizeOrType, depth);
    switch (record.kind) {
      case kinds.int:
        return describeInteger(record);
      case kinds.array:
        return this.#describeArray(record, depth);
      case kinds.struct:
      case kinds.union:
        return this.#describeComposite(record, depth);
      case kinds.enum:
      case kinds.enum64:
        return describeEnum(record);
      case kinds.pointer:
        return { kind: 'pointer', sizeBytes: pointerBytes };
      case kinds.float:
        return { kind: 'float', sizeBytes: record.sizeOrType };
      default:
        // void, forward declarations, functions, variables and sections have no layout.
        return { kind: 'opaque', sizeBytes: 0 };
    }
  }

  #describeArray(record: NativeBtfType, depth: number): BtfArray {
    const element = this.#resolve(record.element ?? 0, depth);
    const length = record.length ?? 0;
    return { kind: 'array', element, length, sizeBytes: length * element.sizeBytes };
  }

  #describeComposite(record: NativeBtfType, depth: number): BtfStruct {
    const members = (record.members ?? []).map((member) => this.#describeMember(member, depth));
    const kind = record.kind === kinds.struct ? 'struct' : 'union';
    return { kind, name: record.name, sizeBytes: record.sizeOrType, members };
  }

  #describeMember(member: NativeBtfMember, depth: number): BtfMember {
    const whole = this.#resolve(member.type, depth);
    const isBitField = member.bitfieldBits !== 0 && whole.kind === 'int';
    const type = isBitField ? { ...whole, bits: member.bitfieldBits } : whole;
    return { name: member.name, offsetBits: member.offsetBits, sizeBytes: type.sizeBytes, type };
  }
}

function isComposite(type: BtfType): type is BtfStruct {
  return type.kind === 'struct' || type.kind === 'union';
}

function describeInteger(record: NativeBtfType): BtfType {
  return {
    kind: 'int',
    name: record.name,
    sizeBytes: record.sizeOrType,
    signed: record.signed,
    boolean: record.isBoolean ?? false,
    bits: record.bits ?? record.sizeOrType * 8,
  };
}

function describeEnum(record: NativeBtfType): BtfEnum {
  return {
    kind: 'enum',
    name: record.name,
    sizeBytes: record.sizeOrType,
    signed: record.signed,
    values: record.values ?? [],
  };
}
