// The types of the wire, from the generated descriptor, and how values are encoded and decoded: this is the one place that says it.
import protobuf from 'protobufjs/light.js';
import descriptor from './gen/firewall.json' with { type: 'json' };

export const PACKAGE = 'sallyport.v1';

/**
 * Fields in camelCase, enums by name, 64-bit integers as decimal strings, a oneof's case under the name of the oneof;
 * a scalar that was not sent has its default, a message that was not sent is absent.
 */
const DECODING: protobuf.IConversionOptions = { longs: String, enums: String, defaults: true, oneofs: true };

let root: protobuf.Root | undefined;

/** Read once, in a few milliseconds. */
export function wireTypes(): protobuf.Root {
  if (root === undefined) {
    root = protobuf.Root.fromJSON(descriptor as protobuf.INamespace);
    root.resolveAll();
  }
  return root;
}

/** A message whose bytes are there already: a codec takes it in place of the message. */
export class EncodedMessage {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

export interface Codec {
  readonly encode: (value: object) => Buffer;
  readonly decode: (bytes: Buffer) => object;
}

export function codecOf(type: protobuf.Type | null): Codec {
  if (type === null) throw new Error(`the descriptor of ${PACKAGE} is not resolved`);
  return {
    encode: (value) =>
      value instanceof EncodedMessage
        ? value.bytes
        : Buffer.from(type.encode(type.fromObject(value)).finish()),
    decode: (bytes) => withoutNulls(type.toObject(type.decode(bytes), DECODING)),
  };
}

/** protobufjs writes null for a message that was not sent; here absent is undefined. */
function withoutNulls(message: Record<string, unknown>): Record<string, unknown> {
  for (const [key, value] of Object.entries(message)) {
    if (value === null) message[key] = undefined;
    else if (Array.isArray(value)) for (const item of value) visit(item);
    else visit(value);
  }
  return message;
}

function visit(value: unknown): void {
  if (typeof value === 'object' && value !== null) withoutNulls(value as Record<string, unknown>);
}
