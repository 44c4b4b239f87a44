// What `npm test` runs, in order. A `check` part is a command; a `suite` part is a set of test files.

/** privilege `none`: as the invoking user; `preferred`: as root where possible, else tests skip with a reason; `needed`: root only. */
export const PARTS = [
  { kind: 'check', title: 'Types', words: ['node', 'scripts/typecheck.mjs'] },
  { kind: 'check', title: 'Lint', words: ['eslint', '.'] },
  {
    kind: 'check',
    title: 'Arrows between folders',
    words: ['depcruise', '--config', '.dependency-cruiser.mjs', 'apps', 'native', 'proto'],
  },
  { kind: 'check', title: 'Format', words: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { kind: 'check', title: 'Generated code is current', words: ['node', 'scripts/codegen.ts', '--check'] },
  {
    kind: 'suite',
    title: 'Unit tests',
    folders: ['apps', 'proto', 'scripts', 'test/bench', 'test/vm'],
    privilege: 'none',
  },
  { kind: 'suite', title: 'Pages in a browser', folders: ['test/browser'], privilege: 'none' },
  { kind: 'suite', title: 'The application in Electron', folders: ['test/electron'], privilege: 'none' },
  {
    kind: 'suite',
    title: 'Native addons and BPF',
    folders: ['native', 'bpf'],
    privilege: 'preferred',
    oneAtATime: true,
  },
  {
    kind: 'suite',
    title: 'Kernel tests',
    folders: ['test/kernel', 'test/attribution'],
    privilege: 'needed',
    oneAtATime: true,
  },
  { kind: 'suite', title: 'End-to-end tests', folders: ['test/e2e'], privilege: 'needed', oneAtATime: true },
];
