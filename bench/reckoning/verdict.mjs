import { median } from '../summary.mjs';

/**
 * What the rounds of a row come to: the median over the rounds, and whether it reaches the target. Where there is
 * something to compare with, it is the ratio within each round that counts, because a noisy neighbour meets both.
 *
 * @param {Row} row
 * @param {readonly Round[]} rounds
 * @returns {Outcome}
 */
export function outcomeOf(row, rounds) {
  const own = rounds.map((round) => round.own);
  const beside = rounds.flatMap((round) => (round.beside === undefined ? [] : [round.beside]));
  const figures = beside.length === 0 ? own : rounds.map((round) => round.own / (round.beside ?? Number.NaN));
  const figure = median(figures);
  return {
    figure,
    lowest: Math.min(...figures),
    highest: Math.max(...figures),
    own: median(own),
    ...(beside.length === 0 ? {} : { beside: median(beside) }),
    isMet: reaches(row.target, figure),
  };
}

/**
 * What was not measured reaches nothing.
 * @param {Target} target
 * @param {number} figure
 */
function reaches({ atMost = Infinity, atLeast = -Infinity }, figure) {
  return figure <= atMost && figure >= atLeast;
}

/**
 * What is measured in one round: of the relay, and of what it is compared with.
 * @typedef {{ own: number, beside?: number }} Round
 */

/** @typedef {{ atMost?: number, atLeast?: number }} Target */

/**
 * One line of the table. `unit` is that of what is measured; a comparison has none. `note` says what makes the difference,
 * where the target is missed.
 * @typedef {{ id: string, scenario: string, figure: string, unit: string, besides?: string, target: Target, note?: string }} Row
 */

/**
 * @typedef {{ figure: number, lowest: number, highest: number, own: number, beside?: number, isMet: boolean }} Outcome
 */
