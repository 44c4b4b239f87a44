// The body of a request to the API as a value. Its length was checked before: node:http gives no more than was announced.
import type { IncomingMessage } from 'node:http';

export type Body = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** An empty body is undefined. Not ok where it is no JSON, or the connection ended before it was complete. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return { ok: true, value: text === '' ? undefined : (JSON.parse(text) as unknown) };
  } catch {
    return { ok: false };
  }
}
