// The service as gRPC needs it: method paths and codecs, made from the generated descriptor. Both the server (apps/agent)
// and the client (client.ts) are typed by FirewallMethods through it. This is the one place that says how values are decoded.
import type { MethodDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs/light.js';
import descriptor from './gen/firewall.json' with { type: 'json' };
import type { FirewallMethods } from './gen/firewall.ts';

export type MethodName = keyof FirewallMethods;
export type Request<M extends MethodName> = FirewallMethods[M]['request'];
export type Response<M extends MethodName> = FirewallMethods[M]['response'];

/** Methods by their name in camelCase, as @grpc/grpc-js registers and calls them. */
export type FirewallService = {
  readonly [M in MethodName]: MethodDefinition<Request<M>, Response<M>>;
};

const SERVICE = 'sallyport.v1.Firewall';

/**
 * Fields in camelCase, enums by name, 64-bit integers as decimal strings, a oneof's case under the name of the oneof;
 * a scalar that was not sent has its default, a message that was not sent is absent.
 */
const DECODING: protobuf.IConversionOptions = { longs: String, enums: String, defaults: true, oneofs: true };

let loaded: FirewallService | undefined;

/** The service definition; made once, in a few milliseconds. */
export function loadFirewallService(): FirewallService {
  loaded ??= readService();
  return loaded;
}

function readService(): FirewallService {
  const root = protobuf.Root.fromJSON(descriptor as protobuf.INamespace);
  root.resolveAll();
  const methods = root
    .lookupService(SERVICE)
    .methodsArray.map((method) => [
      method.name.charAt(0).toLowerCase() + method.name.slice(1),
      definitionOf(method),
    ]);
  // The descriptor and FirewallMethods are generated together, so the keys and codecs are those of the type.
  return Object.fromEntries(methods) as FirewallService;
}

function definitionOf(method: protobuf.Method): MethodDefinition<object, object> {
  const request = codecOf(method.resolvedRequestType);
  const response = codecOf(method.resolvedResponseType);
  return {
    path: `/${SERVICE}/${method.name}`,
    requestStream: method.requestStream ?? false,
    responseStream: method.responseStream ?? false,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}

interface Codec {
  readonly encode: (value: object) => Buffer;
  readonly decode: (bytes: Buffer) => object;
}

function codecOf(type: protobuf.Type | null): Codec {
  if (type === null) throw new Error(`the descriptor of ${SERVICE} is not resolved`);
  return {
    encode: (value) => Buffer.from(type.encode(type.fromObject(value)).finish()),
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
