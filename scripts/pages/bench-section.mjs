import { HEADS, cellsOf } from '../../bench/reckoning/results-table.mjs';
import { cell, table } from './markdown.mjs';

const BEGIN = '<!-- bench: made by `npm run pages` from bench/recorded.json -->';
const END = '<!-- bench ends -->';

/**
 * A page in which the section between the two marks tells of a run of the bench.
 * @param {string} page
 * @param {Run} run
 */
export function withBenchSection(page, run) {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end === -1) throw new Error('The page has no place for the figures of the bench.');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${section(run)}\n\n${page.slice(end)}`;
}

/** What whoever reads figures of a short run must know. */
export const SHORT = ' This was a short run, with smaller numbers and fewer rounds than the table says.';

/** @param {Run} run */
function section({ machine, isShort = false, logs, results }) {
  const rows = cellsOf(results).map((cells) => cells.map(cell));
  const missed = results.filter(({ outcome }) => !outcome.isMet);
  const parts = [
    `Measured on ${machine.date}: ${machine.cores} cores of ${machine.processor}, Node ${machine.node}${machine.pinning}.${isShort ? SHORT : ''}`,
    table(HEADS, rows),
    'Where something is measured beside, the figure is the median of the ratios of the rounds, in which both are measured one after the other: not the quotient of the two medians. The rate limit is out of the way and nonces are remembered for a second, but in the row that is about them.',
    `Every one of ${logs.commands.toLocaleString('en')} commands left its entries in the log.`,
  ];
  if (logs.missing > 0) throw new Error('A run whose log lacks something is none to show.');
  if (missed.length === 0) return parts.join('\n\n');
  const notes = missed.map(
    ({ row, outcome }) =>
      `- **${row.scenario}** (${row.figure}), by ${excessOf(row, outcome)}: ${row.note ?? 'not explained yet.'}`,
  );
  return [...parts, ['Why a target is missed:', '', ...notes].join('\n')].join('\n\n');
}

/**
 * By how much a target is missed.
 * @param {import('../../bench/reckoning/verdict.mjs').Row} row
 * @param {import('../../bench/reckoning/verdict.mjs').Outcome} outcome
 */
function excessOf({ target: { atMost, atLeast } }, { figure }) {
  const share = atMost === undefined ? 1 - figure / (atLeast ?? Number.NaN) : figure / atMost - 1;
  return `${Math.round(share * 100)} %`;
}

/**
 * @typedef {object} Run
 * @property {{ date: string, cores: number, processor: string, node: string, pinning: string }} machine
 * @property {boolean} [isShort]
 * @property {{ commands: number, missing: number }} logs
 * @property {Record<string, number>} facts
 * @property {import('../../bench/reckoning/results-table.mjs').Result[]} results
 */
