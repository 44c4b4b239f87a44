// Secrets of the web shell: 256 random bits each, kept as a hash, compared in constant time.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
/** 32 bytes as base64url. */
const SHAPE = /^[\w-]{43}$/;

export interface Secret {
  /** To be handed out once; it is not kept here. */
  readonly text: string;
  readonly hash: Buffer;
}

export function newSecret(): Secret {
  const text = randomBytes(SECRET_BYTES).toString('base64url');
  return { text, hash: hashOf(text) };
}

/** True where the text is the one of that hash. Takes as long whichever part differs. */
export function isSecret(text: string, hash: Buffer): boolean {
  return timingSafeEqual(hashOf(SHAPE.test(text) ? text : ''), hash);
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
