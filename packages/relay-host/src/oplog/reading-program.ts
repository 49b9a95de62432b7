import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { readableFiles } from './readable-files.js';
import type { ReadingOrder } from './reading-messages.js';
import { ReadingShift } from './reading-shift.js';

/** Commands come first where they and a query want the same core. */
const NICENESS = 5;

// The program of the thread that reads the log. Elsewhere than on Linux, this would slow the whole process.
if (process.platform === 'linux') setPriority(NICENESS);

const shift = new ReadingShift({
  filesOf: readableFiles,
  answer: (answer) => parentPort?.postMessage(answer, answer.type === 'chunk' ? [answer.chunk.buffer] : []),
  afterOthers: (run) => void setImmediate(run),
});

parentPort?.on('message', (order: ReadingOrder) => shift.take(order));
