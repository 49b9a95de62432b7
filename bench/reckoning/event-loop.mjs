import { quantile } from '../summary.mjs';

/** What is left out at the start, while the loop has not yet got into its stride. */
const WARM_UP_SHARE = 0.1;

/**
 * An event loop that serves commands one after another, each twice: when it comes, and when its node has answered. They
 * come at random from many controllers who do not know of each other. Told is how long a command is on its way because
 * of the loop, that is without the node: its own service and its waits behind others.
 *
 * @param {{ load: number, serviceMs: number, nodeMs: number, commands: number }} plan `load` is the busy share of the
 *   loop, `serviceMs` what one command takes of it in all
 * @returns {{ p50Ms: number, p99Ms: number }}
 */
export function simulateLoop({ load, serviceMs, nodeMs, commands }) {
  const random = randomNumbers(commands);
  const stepMs = serviceMs / 2;
  const answers = new AnswerLine();
  /** @type {number[]} */
  const delays = [];
  let comesAt = 0;
  let freeAt = 0;
  for (let left = commands; left > 0 || answers.length > 0;) {
    const isAnswerNext = left === 0 || answers.first.at <= comesAt;
    const at = isAnswerNext ? answers.first.at : comesAt;
    freeAt = Math.max(freeAt, at) + stepMs;
    if (isAnswerNext) {
      delays.push(answers.take().waitedMs + freeAt - at);
    } else {
      answers.add({ at: freeAt + nodeMs, waitedMs: freeAt - at });
      left -= 1;
      comesAt += -Math.log(1 - random()) * (serviceMs / load);
    }
  }
  const sorted = delays.slice(Math.floor(delays.length * WARM_UP_SHARE)).sort((a, b) => a - b);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

/** Answers in the order in which they come: every node takes the same time. */
class AnswerLine {
  /** @type {Answer[]} */
  #answers = [];
  #taken = 0;

  get length() {
    return this.#answers.length - this.#taken;
  }

  get first() {
    return this.#answers[this.#taken] ?? { at: Infinity, waitedMs: 0 };
  }

  /** @param {Answer} answer */
  add(answer) {
    this.#answers.push(answer);
  }

  take() {
    const { first } = this;
    this.#taken += 1;
    return first;
  }
}

/**
 * The same ones for the same seed, so that a page that is made from them stays as it is (Park and Miller's generator).
 * @param {number} seed
 */
function randomNumbers(seed) {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** @typedef {{ at: number, waitedMs: number }} Answer */
