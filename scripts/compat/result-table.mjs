import { aligned } from '../../bench/summary.mjs';

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
  return `${aligned(rows)}\n`;
}

/**
 * @typedef {object} Result
 * @property {string} node its version
 * @property {string} suite what was run
 * @property {boolean} isPassed
 * @property {string} counts of tests, as the reporter tells them
 * @property {number} seconds
 */
