// Which kernels apt offers, and which of them a person means. Pure.

const PACKAGE = /^linux-image-((\d+\.\d+)\S*-amd64)\b/;
const FLAVOURS = /-(?:cloud|rt)-amd64$/;

/**
 * The kernels in the output of `apt-cache search --names-only ^linux-image-`, oldest first, without meta packages:
 * `{ release: '6.12.117+deb12-amd64', series: '6.12', isPlain: true }`; `isPlain` is false for cloud and realtime kernels.
 */
export function offeredKernels(listing) {
  const releases = new Map();
  for (const line of listing.split('\n')) {
    const [, release, series] = PACKAGE.exec(line) ?? [];
    // A meta package has no patch level in its name; debug symbols and unsigned images are no stock kernels.
    if (
      release === undefined ||
      !/^\d+\.\d+\.\d/.test(release) ||
      /-(?:dbg|unsigned)\b/.test(line.split(' ')[0])
    )
      continue;
    releases.set(release, { release, series, isPlain: !FLAVOURS.test(release) });
  }
  return [...releases.values()].sort(byRelease);
}

function byRelease(left, right) {
  const [one, other] = [left, right].map(({ release }) => release.match(/\d+/g).map(Number));
  const index = one.findIndex((number, position) => number !== other[position]);
  return index === -1 ? left.release.localeCompare(right.release) : one[index] - (other[index] ?? 0);
}

/** The packages that a kernel's files are in: newer ones have lists, image and modules in three more. */
export function kernelPackages(release, dependencies) {
  const others = [`linux-base-${release}`, `linux-binary-${release}`, `linux-modules-${release}`];
  const words = new Set(dependencies.split(/\s+/));
  return [`linux-image-${release}`, ...others.filter((name) => words.has(name))];
}

/** The kernels that the selectors mean, each once; `unknown` has the selectors that mean none. */
export function chooseKernels(kernels, selectors) {
  const chosen = new Set();
  const unknown = [];
  for (const selector of selectors) {
    const found = matching(kernels, selector);
    if (found.length === 0) unknown.push(selector);
    for (const kernel of found) chosen.add(kernel);
  }
  return { chosen: [...chosen], unknown };
}

function matching(kernels, selector) {
  const plain = kernels.filter((kernel) => kernel.isPlain);
  if (selector === 'oldest') return plain.slice(0, 1);
  if (selector === 'newest') return plain.slice(-1);
  if (selector === 'all') return [...new Set([...plain.slice(0, 1), ...newestOfEachSeries(plain)])];
  const exact = kernels.filter((kernel) => kernel.release === selector);
  return exact.length > 0 ? exact : plain.filter((kernel) => kernel.series === selector).slice(-1);
}

function newestOfEachSeries(kernels) {
  return [...new Map(kernels.map((kernel) => [kernel.series, kernel])).values()];
}

/** What `list` prints, one kernel in a line. */
export function kernelLines(kernels, isFetched) {
  const { chosen } = chooseKernels(kernels, ['all']);
  return kernels.map((kernel) => {
    const notes = [chosen.includes(kernel) ? 'in all' : '', isFetched(kernel) ? 'fetched' : ''].filter(
      Boolean,
    );
    return `${kernel.release}${notes.length > 0 ? `  (${notes.join(', ')})` : ''}`;
  });
}
