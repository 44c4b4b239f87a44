// Protocols by name, or as `ip-N`.
import { PACKET, PROTOCOL_NUMBERS } from '../../../agent/src/domain/flow-key.ts';
import { wrongUsage } from '../exit-codes.ts';
import { suggestion } from './nearest.ts';

/** `packet` is the packet socket, which has no address. */
export const PROTOCOLS: readonly string[] = [...Object.keys(PROTOCOL_NUMBERS), PACKET];

/** Throws wrong usage. */
export function parseProtocol(text: string, option: string): string {
  const name = text.toLowerCase();
  if (PROTOCOLS.includes(name) || (/^ip-\d{1,3}$/.test(name) && Number(name.slice(3)) <= 255)) return name;
  throw wrongUsage(
    `${option}: "${text}" is not one of ${PROTOCOLS.join(', ')}, or ip-N.${suggestion(name, PROTOCOLS)}`,
  );
}
