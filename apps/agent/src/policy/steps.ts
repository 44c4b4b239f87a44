// Work in steps: a generator that yields often, so that who wants its result may do something else in between. What it makes is
// seen by nobody before it returns.

export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Small pieces of work that are done in one go. */
export const ITEMS_IN_A_STEP = 200;

export function allAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `map` of arrays. */
export function* mapped<Item, Result>(items: readonly Item[], of: (item: Item) => Result): Steps<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    results.push(of(item));
    if (results.length % ITEMS_IN_A_STEP === 0) yield;
  }
  return results;
}

/** As `filter` of arrays. */
export function* filtered<Item>(
  items: readonly Item[],
  isWanted: (item: Item) => boolean,
): Steps<readonly Item[]> {
  const wanted: Item[] = [];
  let count = 0;
  for (const item of items) {
    if (isWanted(item)) wanted.push(item);
    if ((count += 1) % ITEMS_IN_A_STEP === 0) yield;
  }
  return wanted;
}

/** Sorted in one go: a millisecond or two. */
const LONGEST_RUN = 2000;

type Compare<Item> = (left: Item, right: Item) => number;

/** As `toSorted` of arrays: runs are sorted and then merged. */
export function* sorted<Item extends object>(
  items: readonly Item[],
  compare: Compare<Item>,
): Steps<readonly Item[]> {
  if (items.length <= LONGEST_RUN) return items.toSorted(compare);
  let from: Item[] = [];
  for (let start = 0; start < items.length; start += LONGEST_RUN) {
    for (const item of items.slice(start, start + LONGEST_RUN).sort(compare)) from.push(item);
    yield;
  }
  let into = from.slice();
  for (let length = LONGEST_RUN; length < items.length; length *= 2) {
    for (let start = 0; start < items.length; start += 2 * length)
      yield* merge({ from, into, start, length }, compare);
    [from, into] = [into, from];
  }
  return from;
}

/** Two runs next to each other. */
interface Merge<Item> {
  readonly from: readonly Item[];
  readonly into: Item[];
  readonly start: number;
  readonly length: number;
}

function* merge<Item extends object>(
  { from, into, start, length }: Merge<Item>,
  compare: Compare<Item>,
): Steps<void> {
  const middle = Math.min(start + length, from.length);
  const end = Math.min(middle + length, from.length);
  let [left, right] = [start, middle];
  for (let at = start; at < end; at += 1) {
    const [one, other] = [from[left], right < end ? from[right] : undefined];
    const isLeft = other === undefined || (left < middle && one !== undefined && compare(one, other) <= 0);
    const next = isLeft ? one : other;
    if (next !== undefined) into[at] = next;
    if (isLeft) left += 1;
    else right += 1;
    if (at % ITEMS_IN_A_STEP === 0) yield;
  }
}
