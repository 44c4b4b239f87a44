// A map as a memory of limited size: what was put in first is forgotten first.

/** Puts it in; where it is new and would be one too many, the oldest goes. */
export function setBounded<Key, Value>(
  map: Map<Key, Value>,
  [key, value]: readonly [Key, Value],
  most: number,
): void {
  if (!map.has(key) && map.size >= most) {
    const oldest = map.keys().next();
    if (oldest.done !== true) map.delete(oldest.value);
  }
  map.set(key, value);
}
