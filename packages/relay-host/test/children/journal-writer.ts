import * as z from 'zod';
import { nodeDisk } from '../../src/disk.js';
import { Journal } from '../../src/stores/journal.js';

/** Writes to a journal until it is killed, and prints the number of each write that was acknowledged. */
const journal = await Journal.open({
  disk: nodeDisk(),
  path: process.argv[2] ?? '',
  format: { fileName: 'numbers.jsonl', schema: z.object({ number: z.number() }), legacy: () => undefined },
  now: Date.now(),
  reportProblem: (error) => console.error(error),
});

let number = 0;
async function writeOn(): Promise<void> {
  for (;;) {
    number += 1;
    const mine = number;
    // Few ids and many writes, so that compactions happen, too.
    await journal.write([{ put: `id${mine % 50}`, value: { number: mine } }]);
    process.stdout.write(`${mine}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, writeOn));
