// Ports as written in rules: a number, or a range such as 8000-8100.
import type { PortRange } from '../domain/rule.ts';
import { refused } from './address-text.ts';
import type { Read } from './address-text.ts';

export function readPortRange(value: number | string): Read<PortRange> {
  const [fromText = '', toText = fromText] = String(value).split('-');
  const from = Number(fromText);
  const to = Number(toText);
  if (from > 65_535 || to > 65_535) return refused(`${value} is above 65535, the last port`);
  if (from > to) return refused(`${value} is reversed: write ${to}-${from}`);
  return { kind: 'value', value: { from, to } };
}

export function writePortRange({ from, to }: PortRange): number | string {
  return from === to ? from : `${from}-${to}`;
}
