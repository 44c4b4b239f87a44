// Percentiles and medians of measured values.

/** The value below which that share (0 to 1) of all values lies; values must be sorted and not empty. */
export function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('there is no percentile of no values');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(ascending(values), 0.5);
}

export function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}

/** For printing: as many decimals as asked for. */
export function rounded(value: number, decimals = 1): number {
  return Number(value.toFixed(decimals));
}
