/**
 * Results for people, one a line.
 * @param {readonly Result[]} results
 */
export function tableOf(results) {
  const rows = [
    ['Node', 'what', 'result', 'tests', 'seconds'],
    ...results.map(({ node, suite, isPassed, counts, seconds }) => [
      node,
      suite,
      isPassed ? 'passed' : 'FAILED',
      counts,
      seconds.toFixed(0),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/**
 * @typedef {object} Result
 * @property {string} node its version
 * @property {string} suite what was run
 * @property {boolean} isPassed
 * @property {string} counts of tests, as the reporter tells them
 * @property {number} seconds
 */
