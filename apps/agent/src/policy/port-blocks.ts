// Port ranges as aligned blocks of a power of two, so that a port is found in any range with few map lookups.
import type { PortRange } from '../domain/rule.ts';

export interface PortBlock {
  /** The block holds 2^shift ports. */
  readonly shift: number;
  /** A port belongs to the block when it equals this after a shift to the right. */
  readonly block: number;
}

/** The fewest aligned blocks that make up a range: 1 for a single port, never more than 30. */
export function portBlocks(range: PortRange): readonly PortBlock[] {
  const blocks: PortBlock[] = [];
  for (let from = range.from; from <= range.to;) {
    const shift = widestShift(from, range.to);
    blocks.push({ shift, block: from >> shift });
    from += 1 << shift;
  }
  return blocks;
}

function widestShift(from: number, to: number): number {
  let shift = 0;
  while (shift < 16 && from % (2 << shift) === 0 && from + (2 << shift) - 1 <= to) shift += 1;
  return shift;
}
