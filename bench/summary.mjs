const COLUMNS = /** @type {const} */ ([
  ['commands/s', 'busy', 'commandsPerSecond', 0],
  ['CPU µs/command', 'busy', 'cpuMicros', 1],
  ['busy p50 ms', 'busy', 'p50Ms', 2],
  ['busy p99 ms', 'busy', 'p99Ms', 2],
  ['calm p50 ms', 'calm', 'p50Ms', 3],
  ['calm p99 ms', 'calm', 'p99Ms', 3],
]);

/**
 * Medians over the rounds, with the lowest and the highest, and the ratios of the two round by round.
 * @param {Round[]} rounds
 */
export function summaryTable(rounds) {
  const relay = rounds.filter(({ subject }) => subject === 'relay');
  const forwarder = rounds.filter(({ subject }) => subject === 'forwarder');
  const rows = COLUMNS.map(([title, phase, figure, digits]) => {
    const of = (/** @type {Round[]} */ some) => some.map((round) => round[phase][figure]);
    const ratios = relay.map((round) => {
      const other = forwarder.find(({ number }) => number === round.number);
      return round[phase][figure] / (other?.[phase][figure] ?? Number.NaN);
    });
    return [title, spread(of(relay), digits), spread(of(forwarder), digits), spread(ratios, 2)];
  });
  const heads = ['', 'relay', 'bare forwarder', 'relay / forwarder'];
  return ['', 'median (lowest to highest) over the rounds', aligned([heads, ...rows])].join('\n');
}

/**
 * @param {number[]} values
 * @param {number} digits
 */
export function spread(values, digits) {
  const [middle, lowest, highest] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(digits)} (${lowest.toFixed(digits)} to ${highest.toFixed(digits)})`;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** @param {string[][]} rows */
export function aligned(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * @typedef {{ commandsPerSecond: number, cpuMicros: number, p50Ms: number, p99Ms: number }} Figures
 * @typedef {{ number: number, subject: 'relay' | 'forwarder', busy: Figures, calm: Figures }} Round
 */
