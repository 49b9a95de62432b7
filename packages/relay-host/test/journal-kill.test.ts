import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { nodeDisk } from '../src/disk.js';
import { Journal } from '../src/stores/journal.js';
import { Child } from './support/child.js';
import { tempFolder } from './support/temp-folder.js';

const JOURNAL_WRITER = new URL('./children/journal-writer.ts', import.meta.url);

const ROUNDS = 3;
const IDS = 50;

it('a journal loses no acknowledged write when its process is killed', async () => {
  const path = join(tempFolder(), 'numbers.jsonl');

  for (let round = 1; round <= ROUNDS; round += 1) {
    const child = await Child.start(JOURNAL_WRITER, [path]);
    // Enough for several compactions.
    await expect.poll(() => child.lines.length, { timeout: 20_000 }).toBeGreaterThan(1_500 * round);
    await child.kill();

    const stored = await readNumbers(path);
    const acknowledged = newestOfEachId(child.lines.map(Number));
    expect(stored.invalid).toBeLessThanOrEqual(1);
    for (const [id, number] of acknowledged) expect(stored.numbers.get(id)).toBeGreaterThanOrEqual(number);
  }
});

/** The journal as a next start finds it. Each round counts from one again: only its own numbers must be there. */
async function readNumbers(path: string): Promise<{ numbers: Map<string, number>; invalid: number }> {
  const schema = z.object({ number: z.number() });
  const format = { fileName: 'numbers.jsonl', schema, legacy: () => undefined };
  const journal = await Journal.open({ disk: nodeDisk(), path, format, now: 0, reportProblem: () => undefined });
  const numbers = new Map([...(await journal.all())].map(([id, { number }]) => [id, number]));
  // The next round begins with nothing, so that what an earlier one wrote cannot stand in for what this one lost.
  await journal.write([...numbers.keys()].map((id) => ({ remove: id })));
  await journal.close();
  return { numbers, invalid: journal.report.invalid };
}

function newestOfEachId(numbers: readonly number[]): Map<string, number> {
  return new Map(numbers.toSorted((left, right) => left - right).map((number) => [`id${number % IDS}`, number]));
}
