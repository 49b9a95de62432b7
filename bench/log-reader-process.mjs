// Whoever exports the log: takes every byte as fast as it comes, and keeps none.
import { get } from 'node:http';
import { answerParent } from './program.mjs';

answerParent({ export: exportLog });

/**
 * @param {{ url: string, bearer: string, forMs?: number }} question again and again for so long, else once
 */
async function exportLog({ url, bearer, forMs = 0 }) {
  const startedAt = performance.now();
  let bytes = 0;
  do bytes += await readOnce(url, bearer, forMs === 0 ? Infinity : startedAt + forMs);
  while (performance.now() - startedAt < forMs);
  return { bytes, ms: performance.now() - startedAt };
}

/**
 * @param {string} url
 * @param {string} bearer
 * @param {number} until hangs up then
 * @returns {Promise<number>} how many bytes came
 */
function readOnce(url, bearer, until) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { authorization: `Bearer ${bearer}` } }, (response) => {
      let bytes = 0;
      if (response.statusCode !== 200) reject(new Error(`The export was answered with ${response.statusCode}.`));
      response.on('data', (/** @type {Buffer} */ part) => {
        bytes += part.length;
        if (performance.now() > until) request.destroy();
      });
      response.on('close', () => resolve(bytes));
    });
    request.on('error', reject);
  });
}
