// Counting tests over several runs of node:test, and finding the files that hold them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED_FOLDERS = new Set(['node_modules', 'build', 'gen', '.git', '.cache', 'coverage']);

export const NO_TOTALS = Object.freeze({ passed: 0, failed: 0, skipped: 0 });

export function addTotals(left, right) {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

/** "12 passed, 0 failed" with ", 3 skipped" where something was skipped. */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** The test files below the folders, sorted, relative to `root`; with patterns, those whose path contains one of them. */
export function findTestFiles(root, { folders, patterns = [] }) {
  return folders
    .flatMap((folder) => walk(root, folder))
    .filter((file) => /\.test\.(ts|mjs)$/.test(file))
    .filter(
      (file) =>
        patterns.length === 0 || patterns.some((pattern) => file.includes(pattern.replace(/^\.\//, ''))),
    )
    .sort();
}

function walk(root, folder) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return SKIPPED_FOLDERS.has(entry.name) ? [] : walk(root, path);
  });
}
