import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hunt } from '../sim/hunt.mjs';
import { INVARIANTS } from '../sim/invariants.js';
import { ALL_MUTATIONS } from '../sim/mutation-list.mjs';

/** Those that a few seeds find: all of them take minutes, and are run by `npm run sim:mutants`. */
const QUICK: readonly string[] = [
  'a terminal frame is sent twice',
  'a lock is not checked',
  'the queue is overtaken',
  'the owner of a command is not compared on cancel',
  'the deadline of a durable submission is not cancelled',
  'draining is skipped',
  'the grant is not looked at again when a command leaves the queue',
  'any node may send updates of a listener',
  'a durable command leaves before it is on disk',
  'an unknown effect is called none',
];

describe('deliberate breakages', () => {
  it.each(ALL_MUTATIONS)('find their place in the core once: $name', ({ file, search }) => {
    const text = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
    expect(text.split(search)).toHaveLength(2);
  });

  it.each(QUICK)('are caught: %s', { timeout: 60_000 }, async (name) => {
    const mutation = ALL_MUTATIONS.find((each) => each.name === name);
    if (mutation === undefined) throw new Error(`There is no mutation called ${name}.`);
    const { invariant } = await hunt(mutation);
    expect(Object.keys(INVARIANTS)).toContain(invariant);
  });

  it('one command shows again how a seed was broken, shrunk and in words', { timeout: 120_000 }, async () => {
    const name = 'a lock is not checked';
    const mutation = ALL_MUTATIONS.find((each) => each.name === name);
    if (mutation === undefined) throw new Error(`There is no mutation called ${name}.`);
    const { brokenSeed = 0, invariant = '' } = await hunt(mutation);

    const first = await simulate(['--seed', String(brokenSeed), '--mutant', name]);
    const [, command = ''] = /again: npm run sim -- (.*)/.exec(first.text) ?? [];
    const again = await simulate(command.split(/ (?=--)|(?<=--\w+) /).map((word) => word.replaceAll("'", '')));

    expect(first.code).toBe(1);
    expect(first.text).toContain(`seed ${brokenSeed} broke ${invariant}: `);
    const [, kept, all] = /(\d+) of (\d+) steps/.exec(first.text) ?? [];
    expect(Number(kept)).toBeLessThan(Number(all) / 4);
    expect(first.text).toMatch(/^ +1 {2}\S+ connects as /m);
    expect(again).toEqual(first);
  });
});

/** Runs the program of the simulation as a person would. */
function simulate(words: readonly string[]): Promise<{ code: number | null; text: string }> {
  const program = fileURLToPath(new URL('../sim/run.mjs', import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...words], (_error, text) =>
      resolve({ code: child.exitCode, text }),
    );
  });
}
