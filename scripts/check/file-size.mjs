// No file above 300 lines of code, no test above 500: what is longer does two jobs.

const LIMIT = 300;
const TEST_LIMIT = 500;
const CODE = /\.(?:ts|tsx|mts|mjs|js|c|cc|h|sh)$/;
const WRITTEN_BY_MACHINES = /(?:^|\/)gen\/|(?:^|\/)vmlinux\.h$/;

/** Lines that are neither blank nor comment alone. */
export function linesOfCode(text) {
  let inComment = false;
  return text.split('\n').filter((line) => {
    const trimmed = line.trim();
    const wasInComment = inComment;
    if (wasInComment || trimmed.startsWith('/*')) inComment = !trimmed.includes('*/');
    return (
      trimmed !== '' &&
      !wasInComment &&
      !/^(?:\/\/|\/\*|#(?!include|define|if|else|endif|undef|pragma))/.test(trimmed)
    );
  }).length;
}

export function fileSizeProblems(path, text) {
  if (!CODE.test(path) || WRITTEN_BY_MACHINES.test(path)) return [];
  const lines = linesOfCode(text);
  const limit = path.endsWith('.test.ts') ? TEST_LIMIT : LIMIT;
  return lines > limit ? [`${path} has ${lines} lines of code, more than ${limit}: split it.`] : [];
}
