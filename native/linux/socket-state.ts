// The kernel's socket states (net/tcp_states.h) by name. UDP uses two of them: established (connected) and close.

const NUMBERS = {
  established: 1,
  'syn-sent': 2,
  'syn-received': 3,
  'fin-wait-1': 4,
  'fin-wait-2': 5,
  'time-wait': 6,
  close: 7,
  'close-wait': 8,
  'last-ack': 9,
  listen: 10,
  closing: 11,
  'new-syn-received': 12,
} as const;

export type SocketState = keyof typeof NUMBERS;

const NAMES = new Map<number, SocketState>(
  Object.entries(NUMBERS).map(([name, number]) => [number, name as SocketState]),
);

/** A state that a later kernel adds reads as 'close': neither connected nor listening. */
export function socketStateName(number: number): SocketState {
  return NAMES.get(number) ?? 'close';
}

export function socketStateMask(states: readonly SocketState[]): number {
  return states.reduce((mask, state) => mask | (1 << requireNumber(state)), 0);
}

function requireNumber(state: SocketState): number {
  const known = Object.entries(NUMBERS).find(([name]) => name === state);
  if (known === undefined) throw new TypeError(`Unknown socket state ${JSON.stringify(state)}.`);
  return known[1];
}
