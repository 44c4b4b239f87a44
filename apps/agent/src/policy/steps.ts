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

/** As `toSorted` of arrays: parts are sorted and then merged. */
export function* sorted<Item extends object>(
  items: readonly Item[],
  compare: (left: Item, right: Item) => number,
): Steps<readonly Item[]> {
  if (items.length <= ITEMS_IN_A_STEP) return items.toSorted(compare);
  const middle = items.length >> 1;
  const left = yield* sorted(items.slice(0, middle), compare);
  const right = yield* sorted(items.slice(middle), compare);
  return yield* mergedInOrder(left, right, compare);
}

function* mergedInOrder<Item extends object>(
  left: readonly Item[],
  right: readonly Item[],
  compare: (left: Item, right: Item) => number,
): Steps<readonly Item[]> {
  const merged: Item[] = [];
  let [ofLeft, ofRight] = [0, 0];
  for (let one = left[0], other = right[0]; one !== undefined && other !== undefined;) {
    if (compare(one, other) <= 0) {
      merged.push(one);
      one = left[(ofLeft += 1)];
    } else {
      merged.push(other);
      other = right[(ofRight += 1)];
    }
    if (merged.length % ITEMS_IN_A_STEP === 0) yield;
  }
  return merged.concat(left.slice(ofLeft), right.slice(ofRight));
}
