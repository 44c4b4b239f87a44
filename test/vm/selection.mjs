// What runs in a guest: the tests that need a kernel, and of these without a pattern what fits a machine that is emulated.
import { findTestFiles } from '../../scripts/test/totals.mjs';

const FOLDERS = ['native/bpf-loader-napi', 'test/kernel', 'test/attribution', 'test/guest'];

// The loader's other tests are about its own code more than the kernel's, and take minutes there.
const USUAL = [
  'native/bpf-loader-napi/attach.test.ts',
  'native/bpf-loader-napi/probe.test.ts',
  'test/guest/attribution.test.ts',
  'test/guest/ladder.test.ts',
  'test/guest/missing-features.test.ts',
  'test/attribution/short-lived.test.ts',
  'test/attribution/suite.test.ts',
  'test/kernel/demo.test.ts',
  'test/kernel/lifecycle.test.ts',
  'test/kernel/overlay.test.ts',
  'test/kernel/packet-sockets.test.ts',
  'test/kernel/programs.test.ts',
  'test/kernel/story.test.ts',
];

/** Test files relative to `root`: the usual ones, or with patterns all whose path contains one of them. */
export function guestTestFiles(root, patterns) {
  const files = findTestFiles(root, { folders: FOLDERS, patterns });
  return patterns.length > 0 ? files : files.filter((file) => USUAL.includes(file));
}

/** The usual files that do not exist: a name in the list that was not renamed with its file. */
export function missingUsualFiles(root) {
  const files = findTestFiles(root, { folders: FOLDERS });
  return USUAL.filter((file) => !files.includes(file));
}
