import { Agent, request } from 'node:http';
import { quantile } from './summary.mjs';

/**
 * Calls a relay over connections that stay open.
 * @param {number} port
 */
export function caller(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });
  return {
    close: () => agent.destroy(),
    /**
     * @param {string} path
     * @param {object} body
     * @param {string} [bearer]
     * @returns {Promise<any>}
     */
    post: (path, body, bearer) =>
      new Promise((resolve, reject) => {
        const headers = {
          'content-type': 'application/json',
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        };
        const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part));
          response.on('end', () => {
            if (response.statusCode === 200) resolve(JSON.parse(text));
            else reject(new Error(`${path} answered ${response.statusCode}: ${text}`));
          });
        });
        call.on('error', reject);
        call.end(JSON.stringify(body));
      }),
  };
}

/**
 * Runs something again and again, each worker one after another, for a while.
 * @param {((worker: number) => Promise<unknown>)} act
 * @param {{ workers: number, ms: number }} load
 */
export async function loadOf(act, { workers, ms }) {
  /** @type {number[]} */
  const times = [];
  const started = performance.now();
  const runOne = async (/** @type {number} */ worker) => {
    while (performance.now() - started < ms) {
      const before = performance.now();
      await act(worker);
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => runOne(worker)));
  times.sort((left, right) => left - right);
  return {
    count: times.length,
    perSecond: (times.length * 1_000) / (performance.now() - started),
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    maxMs: quantile(times, 1),
  };
}

/** @typedef {ReturnType<typeof caller>} Caller */
/** @typedef {Awaited<ReturnType<typeof loadOf>>} Load */
