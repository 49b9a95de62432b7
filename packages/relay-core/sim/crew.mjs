import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** So many threads share the seeds: one for each core. */
const THREADS = Math.max(1, availableParallelism());

/**
 * Runs seeds on all cores until one breaks something, all are done, or the time is over.
 *
 * @type {typeof import('./crew.d.mts').runCrew}
 */
export async function runCrew({ bundle, from, to, minutes, onProgress }) {
  /** @type {Worker[]} */
  const workers = [];
  /** @type {{ seeds: number, commands: number }[]} */
  const sums = [];
  const startedAt = performance.now();
  const total = () => ({
    seeds: sums.reduce((sum, { seeds }) => sum + seeds, 0),
    commands: sums.reduce((sum, { commands }) => sum + commands, 0),
    elapsedMs: performance.now() - startedAt,
  });
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

/** @typedef {{ kind: 'progress' | 'done', seeds: number, commands: number, brokenSeed?: number, invariant?: string }} Message */
