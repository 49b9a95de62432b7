import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** How often a thread says how far it is. */
const PROGRESS_MS = 500;

// Errors are answers of the relay here, by the hundred thousand; their stacks are of no use.
Error.stackTraceLimit = 3;

const { bundle, until, ...plan } = workerData;
/** @type {{ soak: typeof import('./soak.js').soak }} */
const { soak } = await import(pathToFileURL(bundle).href);

let isStopped = false;
parentPort?.on('message', () => (isStopped = true));

let saidAt = 0;
const result = await soak({
  ...plan,
  mayGoOn: () => !isStopped && Date.now() < until,
  onSeed: async (sums) => {
    if (Date.now() - saidAt < PROGRESS_MS) return;
    saidAt = Date.now();
    parentPort?.postMessage({ kind: 'progress', ...sums, heapBytes: heapBytes() });
    // A turn of the event loop, in which it may be told to stop.
    await new Promise((resolve) => setImmediate(resolve));
  },
});
parentPort?.postMessage({ kind: 'done', ...result, heapBytes: heapBytes() });

function heapBytes() {
  return process.memoryUsage().heapUsed;
}
