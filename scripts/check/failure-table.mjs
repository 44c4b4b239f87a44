// docs/security.md must show the failure table that the code follows, word for word.

/** The rows as Markdown, from the lines of FAILURE_TABLE. */
export function failureRows(table) {
  return Object.values(table).map(
    (line) => `| ${line.when} | ${line.standard} | ${line.strict} | ${line.then} |`,
  );
}

/** The rows that the document lacks; column widths do not matter. */
export function missingRows(rows, document) {
  const present = new Set(document.split('\n').map(normalised));
  return rows.filter((row) => !present.has(normalised(row)));
}

function normalised(row) {
  return row
    .split('|')
    .map((cell) => cell.trim())
    .join('|');
}
