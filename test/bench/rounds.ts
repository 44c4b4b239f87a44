// Interleaved rounds: in each, everything that is compared is measured once, and they take turns in going first, so that noise hits
// all alike.

/** Each one's measurements, a round each. */
export async function interleaved<Name, Measured>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name) => Promise<Measured>,
): Promise<ReadonlyMap<Name, readonly Measured[]>> {
  const measured = new Map<Name, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const name of rotated(names, round)) measured.get(name)?.push(await measure(name));
  return measured;
}

export function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
