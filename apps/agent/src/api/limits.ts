// How much a client can take of the agent.

export interface ApiLimits {
  /** Served connections in all, and of one user id. */
  readonly connections: number;
  readonly connectionsPerUid: number;
  /** Connections that are kept only to say why their calls are refused, and for how long. */
  readonly refusedConnections: number;
  readonly refusedConnectionMs: number;
  readonly streamsPerConnection: number;
  readonly requestBytes: number;
  /** Events that wait for a client that does not read. */
  readonly waitingEvents: number;
  /** A peer that is silent for so long is asked for a sign of life, and given up when it gives none. */
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
}

export const API_LIMITS: ApiLimits = {
  connections: 128,
  connectionsPerUid: 32,
  refusedConnections: 16,
  refusedConnectionMs: 10_000,
  streamsPerConnection: 100,
  requestBytes: 1024 * 1024,
  waitingEvents: 10_000,
  keepaliveTimeMs: 30_000,
  keepaliveTimeoutMs: 10_000,
};
