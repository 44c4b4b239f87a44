// The words of `npm run test:vm`.

export const USAGE = `Usage: npm run test:vm -- KERNEL... [--only PATTERN]... [--kvm]
       npm run test:vm -- list

  KERNEL  a series (6.1: its newest kernel), a release as \`list\` prints it, oldest, newest, or all: the newest of each
          series and the oldest
  --only  only the test files whose path contains PATTERN
  --kvm   use the processor's virtualization instead of emulating one: faster where the machine has it
`;

/** `{ kind: 'list' }`, `{ kind: 'run', selectors, patterns, accelerator }`, or `{ kind: 'usage', problem }`. */
export function readOptions(words) {
  const selectors = [];
  const patterns = [];
  let accelerator = 'tcg';
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === '--kvm') accelerator = 'kvm';
    else if (word === '--only') {
      index += 1;
      if (words[index] === undefined) return { kind: 'usage', problem: '--only needs a pattern.' };
      patterns.push(words[index]);
    } else if (word.startsWith('-')) return { kind: 'usage', problem: `Unknown option ${word}.` };
    else selectors.push(word);
  }
  if (selectors.length === 0) return { kind: 'usage', problem: 'Which kernel?' };
  if (selectors.includes('list')) return { kind: 'list' };
  return { kind: 'run', selectors, patterns, accelerator };
}
