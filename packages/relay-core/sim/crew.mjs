import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** So many threads share the seeds: one for each core. */
const THREADS = Math.max(1, availableParallelism());

/**
 * Runs seeds on all cores until one breaks something, all are done, or the time is over.
 *
 * @param {{ bundle: string, from: number, to: number, minutes?: number, onProgress?: (sums: Sums) => void }} plan
 * @returns {Promise<Sums & { brokenSeed?: number, invariant?: string }>}
 */
export async function runCrew({ bundle, from, to, minutes, onProgress }) {
  /** @type {Worker[]} */
  const workers = [];
  /** @type {Sums[]} */
  const sums = [];
  const total = () =>
    sums.reduce((all, one) => ({ seeds: all.seeds + one.seeds, commands: all.commands + one.commands }));
  const until = minutes === undefined ? Infinity : Date.now() + minutes * 60_000;
  const endings = Array.from({ length: THREADS }, (_, at) => {
    sums.push({ seeds: 0, commands: 0 });
    const plan = { bundle, from: from + at, to, step: THREADS, until };
    const worker = new Worker(new URL('./crew-member.mjs', import.meta.url), { workerData: plan });
    workers.push(worker);
    return new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (/** @type {Message} */ { kind, ...rest }) => {
        sums[at] = { seeds: rest.seeds, commands: rest.commands };
        onProgress?.(total());
        if (kind === 'done') resolve(rest);
        // The others need not go on.
        if (rest.brokenSeed !== undefined) for (const other of workers) other.postMessage('stop');
      });
    });
  });
  try {
    const results = await Promise.all(endings);
    return { ...results.find(({ brokenSeed }) => brokenSeed !== undefined), ...total() };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** @typedef {{ seeds: number, commands: number }} Sums */
/** @typedef {Sums & { kind: 'progress' | 'done', brokenSeed?: number, invariant?: string }} Message */
