import { describe, expect, it } from 'vitest';
import { hunt } from '../sim/hunt.mjs';
import { INVARIANTS } from '../sim/invariants.js';
import { ALL_MUTATIONS } from '../sim/mutation-list.mjs';
import { simulate } from '../sim/simulate.mjs';
import { placesOf } from '../sim/sources.mjs';

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
  it('each finds its place in the core, once', () => {
    const lost = ALL_MUTATIONS.filter((mutation) => placesOf(mutation) !== 1);
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  it.each(QUICK)('is caught: %s', { timeout: 60_000 }, async (name) => {
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
