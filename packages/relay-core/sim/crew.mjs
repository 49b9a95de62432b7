import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** So many threads share the seeds: one for each core. */
const THREADS = Math.max(1, availableParallelism());

/** A seed takes milliseconds; one that takes so long never ends. */
const SILENCE_MS_MAX = 60_000;

/**
 * Runs seeds on all cores until one breaks something, all are done, or the time is over.
 *
 * @type {typeof import('./crew.d.mts').runCrew}
 */
export async function runCrew({ bundle, from, to, minutes, onProgress }) {
  const startedAt = performance.now();
  const until = minutes === undefined ? Infinity : Date.now() + minutes * 60_000;
  /** @type {Member[]} */
  const crew = [];
  const total = () => totalOf(crew, performance.now() - startedAt);
  const endings = Array.from({ length: THREADS }, (_, at) => {
    const plan = { bundle, from: from + at, to, step: THREADS, until };
    const worker = new Worker(new URL('./crew-member.mjs', import.meta.url), { workerData: plan });
    /** @type {Member} */
    const member = { worker, sums: { seeds: 0, commands: 0, counts: {}, heapBytes: 0 } };
    crew.push(member);
    return new Promise((resolve, reject) => {
      const hangs = () => reject(new Error(`Seed ${plan.from + member.sums.seeds * plan.step} does not end.`));
      let watchdog = setTimeout(hangs, SILENCE_MS_MAX).unref();
      worker.on('error', reject);
      worker.on('message', (/** @type {Message} */ { kind, ...sums }) => {
        clearTimeout(watchdog);
        member.sums = sums;
        onProgress?.(total());
        if (kind === 'done') resolve(sums);
        else watchdog = setTimeout(hangs, SILENCE_MS_MAX).unref();
        // The others need not go on.
        if (sums.brokenSeed !== undefined) for (const other of crew) other.worker.postMessage('stop');
      });
    }).finally(() => worker.terminate());
  });
  try {
    const results = await Promise.all(endings);
    return { ...results.find(({ brokenSeed }) => brokenSeed !== undefined), ...total() };
  } finally {
    await Promise.all(crew.map(({ worker }) => worker.terminate()));
  }
}

/**
 * @param {readonly Member[]} crew
 * @param {number} elapsedMs
 * @returns {import('./crew.d.mts').Sums}
 */
function totalOf(crew, elapsedMs) {
  /** @type {Record<string, number>} */
  const counts = {};
  const total = { seeds: 0, commands: 0, heapBytes: 0 };
  for (const { sums } of crew) {
    total.seeds += sums.seeds;
    total.commands += sums.commands;
    total.heapBytes += sums.heapBytes;
    for (const [kind, count] of Object.entries(sums.counts)) counts[kind] = (counts[kind] ?? 0) + count;
  }
  return { ...total, counts, elapsedMs };
}

/** @typedef {Omit<import('./crew.d.mts').Sums, 'elapsedMs'>} MemberSums */
/** @typedef {{ worker: Worker, sums: MemberSums }} Member */
/** @typedef {MemberSums & { kind: 'progress' | 'done', brokenSeed?: number, invariant?: string }} Message */
