// Encodes a large message part by part, so that a server has its other work in between. Encodings of one type, one after the other,
// are the encoding of a message with the repeated fields of all of them (protobuf's rule for merging).
import protobuf from 'protobufjs/light.js';
import { codecOf, EncodedMessage, PACKAGE, wireTypes } from './codec.ts';
import type { ListRulesResponse, Snapshot } from './gen/firewall.ts';

const LENGTH_DELIMITED = 2;

export class MessageInParts<Part extends object> {
  readonly #encode: (part: Part) => Buffer;
  readonly #headerOf: (length: number) => Uint8Array;
  readonly #parts: Buffer[] = [];
  #length = 0;

  constructor(encode: (part: Part) => Buffer, headerOf: (length: number) => Uint8Array) {
    this.#encode = encode;
    this.#headerOf = headerOf;
  }

  /** What is not repeated belongs into one part alone. */
  add(part: Part): void {
    const bytes = this.#encode(part);
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  finish(): EncodedMessage {
    return new EncodedMessage(Buffer.concat([this.#headerOf(this.#length), ...this.#parts]));
  }
}

export function ruleListInParts(): MessageInParts<Partial<ListRulesResponse>> {
  return new MessageInParts(encoderOf('ListRulesResponse'), () => new Uint8Array());
}

/** The event that begins a Watch. */
export function snapshotInParts(): MessageInParts<Partial<Snapshot>> {
  const { id } = wireTypes().lookupType(`${PACKAGE}.WatchEvent`).get('snapshot') as protobuf.Field;
  return new MessageInParts(encoderOf('Snapshot'), (length) =>
    protobuf.Writer.create()
      .uint32((id << 3) | LENGTH_DELIMITED)
      .uint32(length)
      .finish(),
  );
}

function encoderOf(name: string): (part: object) => Buffer {
  return codecOf(wireTypes().lookupType(`${PACKAGE}.${name}`)).encode;
}
