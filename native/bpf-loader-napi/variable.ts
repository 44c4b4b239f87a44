// Numbers as the bytes of a C variable, in this machine's byte order.
import { endianness } from 'node:os';

export type VariableValue = number | bigint | boolean | Uint8Array;

const littleEndian = endianness() === 'LE';

/** @throws RangeError where the value does not fit into the variable. */
export function encodeVariable(name: string, sizeBytes: number, value: VariableValue): Uint8Array {
  if (value instanceof Uint8Array) return requireSize(name, sizeBytes, value);
  if (![1, 2, 4, 8].includes(sizeBytes)) {
    throw new RangeError(
      `variable ${name} has ${sizeBytes} bytes: give it as a Uint8Array of that length, not as a number`,
    );
  }
  const number = BigInt(value);
  const bits = sizeBytes * 8;
  if (number !== BigInt.asUintN(bits, number) && number !== BigInt.asIntN(bits, number)) {
    throw new RangeError(`variable ${name} has ${sizeBytes} bytes: ${number.toString()} does not fit`);
  }
  const wide = new DataView(new ArrayBuffer(8));
  wide.setBigUint64(0, BigInt.asUintN(bits, number), littleEndian);
  return new Uint8Array(wide.buffer, littleEndian ? 0 : 8 - sizeBytes, sizeBytes);
}

export function decodeVariable(name: string, bytes: Uint8Array): bigint {
  if (![1, 2, 4, 8].includes(bytes.length)) {
    throw new RangeError(`variable ${name} has ${bytes.length} bytes: it is not a number; use readGlobal`);
  }
  const wide = new Uint8Array(8);
  wide.set(bytes, littleEndian ? 0 : 8 - bytes.length);
  return new DataView(wide.buffer).getBigUint64(0, littleEndian);
}

function requireSize(name: string, sizeBytes: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length === sizeBytes) return bytes;
  throw new RangeError(`variable ${name} has ${sizeBytes} bytes, not ${bytes.length}`);
}
