// The layout of one row that the native side fills: src/packet_fields.h in TypeScript. A test compares the two.
export const field = {
  kind: 0,
  present: 1,
  queue: 2,
  id: 3,
  family: 4,
  hardwareProtocol: 5,
  hook: 6,
  mark: 7,
  inDevice: 8,
  outDevice: 9,
  uid: 10,
  gid: 11,
  timestampSecondsHigh: 12,
  timestampSecondsLow: 13,
  timestampMicroseconds: 14,
  payloadOffset: 15,
  payloadLength: 16,
  fullLength: 17,
  skbInfo: 18,
  errorNumber: 19,
  sequence: 20,
} as const;

export const fieldCount = 21;

export const kindPacket = 1;
export const kindAnswer = 2;

export const present = {
  id: 1,
  inDevice: 2,
  outDevice: 4,
  uid: 8,
  gid: 16,
  timestamp: 32,
  fullLength: 64,
  malformed: 128,
} as const;
