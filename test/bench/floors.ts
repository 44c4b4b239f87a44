// A floor: a figure that must not get worse than this. Every part of the bench reports its own.

export interface Floor {
  /** What is compared, readable by itself: `rule p50 / nfqueue-c p50`. */
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly isMet: boolean;
}

export function atMost(name: string, value: number, limit: number): Floor {
  return { name, value, limit, isMet: value <= limit };
}

export function below(name: string, value: number, limit: number): Floor {
  return { name, value, limit, isMet: value < limit };
}

export function atLeast(name: string, value: number, limit: number): Floor {
  return { name, value, limit, isMet: value >= limit };
}

/** One line for a person. */
export function floorLine({ name, value, limit, isMet }: Floor): string {
  return `${isMet ? 'met   ' : 'MISSED'}  ${name}: ${value} (limit ${limit})`;
}
