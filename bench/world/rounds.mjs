/**
 * Measures two in turn, so that a noisy neighbour meets both; in every other round the second one begins.
 *
 * @template Figures
 * @param {import('./bench-world.mjs').BenchWorld} world
 * @param {readonly [Subject, Subject]} subjects
 * @param {{ count: number, measure: (subject: Subject) => Promise<Figures> }} plan
 * @returns {Promise<{ own: Figures, beside: Figures }[]>}
 */
export async function alternatingRounds(world, [first, second], { count, measure }) {
  const rounds = [];
  for (let number = 1; number <= count; number++) {
    world.say(`round ${number} of ${count}`);
    if (number % 2 === 1) {
      const own = await measure(first);
      rounds.push({ own, beside: await measure(second) });
    } else {
      const beside = await measure(second);
      rounds.push({ own: await measure(first), beside });
    }
  }
  return rounds;
}

/**
 * One figure of the two in each round.
 *
 * @template Figures
 * @param {{ own: Figures, beside: Figures }[]} rounds
 * @param {(figures: Figures) => number} figure
 * @returns {import('../reckoning/verdict.mjs').Round[]}
 */
export function figureOf(rounds, figure) {
  return rounds.map(({ own, beside }) => ({ own: figure(own), beside: figure(beside) }));
}

/** @typedef {import('./subject.mjs').Subject} Subject */
