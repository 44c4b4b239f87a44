// The public face of @sallyport/proto: the wire types, the typed service for the server, and the client for front ends.
export { wireLifetime, wireScope } from './answer.ts';
export type { AnswerLifetime, AnswerScope } from './answer.ts';
export { connectFirewall } from './client.ts';
export type { CallOptions, ConnectOptions, FirewallClient, UnaryCalls, UnaryMethodName } from './client.ts';
export { EncodedMessage } from './codec.ts';
export { FirewallError } from './errors.ts';
export type { FirewallErrorKind } from './errors.ts';
export * from './gen/firewall.ts';
export { serviceHints } from './how-to-start.ts';
export type { ServiceHints } from './how-to-start.ts';
export { MessageInParts, ruleListInParts, snapshotInParts } from './message-in-parts.ts';
export { loadFirewallService } from './service.ts';
export type { FirewallService, MethodName, Request, Response } from './service.ts';
export { DEFAULT_SOCKET_PATH, SOCKET_VARIABLE, socketPathFrom } from './socket.ts';
export type { WatchOptions, WatchUpdate } from './watch.ts';
