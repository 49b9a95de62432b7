/** Cells of the table: what was measured, beside what, the figure, its spread over the rounds, target and verdict. */
export const HEADS = ['scenario', 'figure', 'measured', 'beside', 'median of the rounds (spread)', 'target', 'verdict'];

/**
 * @param {readonly Result[]} results
 * @returns {string[][]}
 */
export function cellsOf(results) {
  return results.map(({ row, outcome }) => {
    const { figure, lowest, highest, own, beside, isMet } = outcome;
    const besides = beside === undefined ? '' : `${amount(beside, row.unit)}, ${row.besides ?? ''}`;
    const unit = beside === undefined ? row.unit : '×';
    return [
      row.scenario,
      row.figure,
      amount(own, row.unit),
      besides,
      `${amount(figure, unit)} (${digits(lowest)} to ${digits(highest)})`,
      targetText(row.target, unit),
      isMet ? 'met' : 'missed',
    ];
  });
}

/**
 * @param {import('./verdict.mjs').Target} target
 * @param {string} unit
 */
function targetText({ atMost, atLeast }, unit) {
  return atMost === undefined ? `≥ ${amount(atLeast ?? 0, unit)}` : `≤ ${amount(atMost, unit)}`;
}

/**
 * @param {number} value
 * @param {string} unit
 */
function amount(value, unit) {
  return unit === '×' ? `${digits(value)} ×` : `${digits(value)} ${unit}`;
}

/**
 * Three digits, or all that stand before the point.
 * @param {number} value
 */
function digits(value) {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 10 ? 1 : 2);
}

/** @typedef {{ row: import('./verdict.mjs').Row, outcome: import('./verdict.mjs').Outcome }} Result */
