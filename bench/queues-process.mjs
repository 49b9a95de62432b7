// A relay with one busy tab, and what each thing that can happen there costs it. A process of its own for each length
// of the queue, so that nobody's memory burdens another one's garbage collection.
import { BusyTab, sendAll } from './busy-tab.mjs';
import { answerParent } from './program.mjs';
import { operationsOn } from './tab-operations.mjs';

/** @type {Record<string, import('./tab-operations.mjs').Operation>} */
let operations = {};

answerParent({ fill, measure });

/** @param {{ size: number }} question */
async function fill({ size }) {
  operations = operationsOn(await BusyTab.open(size));
  return { names: Object.keys(operations) };
}

/**
 * CPU nanoseconds of one operation, those of garbage collection included.
 * @param {{ name: string, batches: number }} question
 */
function measure({ name, batches }) {
  const operation = operations[name];
  if (operation === undefined) throw new Error(`No operation is called ${name}.`);
  operation.begin?.();
  let micros = 0;
  let frameCount = 0;
  for (let count = 0; count < batches; count++) {
    operation.before?.();
    const frames = operation.frames();
    const started = process.cpuUsage();
    sendAll(frames);
    const { user, system } = process.cpuUsage(started);
    frames.at(-1)?.member.expect(operation.says());
    operation.after?.();
    micros += user + system;
    frameCount += frames.length;
  }
  operation.end?.();
  return { nanos: (micros * 1_000) / frameCount };
}
