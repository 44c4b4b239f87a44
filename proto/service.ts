// The service as gRPC needs it: method paths and codecs, made from the generated descriptor. Both the server (apps/agent)
// and the client (client.ts) are typed by FirewallMethods through it.
import type { MethodDefinition } from '@grpc/grpc-js';
import type protobuf from 'protobufjs/light.js';
import { codecOf, PACKAGE, wireTypes } from './codec.ts';
import type { FirewallMethods } from './gen/firewall.ts';

export type MethodName = keyof FirewallMethods;
export type Request<M extends MethodName> = FirewallMethods[M]['request'];
export type Response<M extends MethodName> = FirewallMethods[M]['response'];

/** Methods by their name in camelCase, as @grpc/grpc-js registers and calls them. */
export type FirewallService = {
  readonly [M in MethodName]: MethodDefinition<Request<M>, Response<M>>;
};

const SERVICE = `${PACKAGE}.Firewall`;

let loaded: FirewallService | undefined;

/** The service definition; made once, in a few milliseconds. */
export function loadFirewallService(): FirewallService {
  loaded ??= readService();
  return loaded;
}

function readService(): FirewallService {
  const methods = wireTypes()
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
