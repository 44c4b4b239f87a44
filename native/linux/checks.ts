// Argument checks of this package's public face. A wrong argument is the caller's mistake and throws.

export function requireInteger(name: string, value: number, range: readonly [number, number]): number {
  const [lowest, highest] = range;
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw new RangeError(`${name} must be an integer from ${lowest} to ${highest}, but is ${String(value)}.`);
}

export function requirePid(pid: number): number {
  return requireInteger('pid', pid, [1, 0x7fffffff]);
}

export function requirePath(name: string, path: string): string {
  const isPath = typeof path === 'string' && path.length > 0 && !path.includes('\0');
  if (isPath) return path;
  throw new TypeError(`${name} must be a path: a string that is not empty and holds no NUL character.`);
}

export function requireFamily(family: 4 | 6): 4 | 6 {
  if ([4, 6].includes(family)) return family;
  throw new RangeError(`family must be 4 or 6, but is ${String(family)}.`);
}
