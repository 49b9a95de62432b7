import { describe, expect, it } from 'vitest';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { Ending, type EndingProblem } from './ending.js';

function world() {
  const clock = new ManualClock();
  const problems: EndingProblem[] = [];
  const ran: string[] = [];
  const ending = new Ending({ clock, report: (problem) => problems.push(problem) });
  const add = (name: string) => ending.add(name, () => void ran.push(name));
  /** A step that never ends. */
  const addHanging = (name: string) =>
    ending.add(name, () => {
      ran.push(name);
      return new Promise(() => undefined);
    });
  return { clock, problems, ran, ending, add, addHanging };
}

/** Lets everything run that does not wait for the clock. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('an ending', () => {
  it('ends in the reverse order of the beginning', async () => {
    const { ending, add, ran } = world();
    add('first');
    add('second');

    await ending.run();

    expect(ran).toEqual(['second', 'first']);
  });

  it('goes on after a step that fails, and reports it', async () => {
    const { ending, add, ran, problems, clock } = world();
    add('first');
    ending.add('bad', () => Promise.reject(new Error('no')));

    await ending.run();

    expect(ran).toEqual(['first']);
    expect(problems).toEqual([{ step: 'bad', reason: new Error('no') }]);
    expect(clock.armedCount).toBe(0);
  });

  it('goes on after a step that hangs, and begins every step within five seconds', async () => {
    const { ending, addHanging, ran, problems, clock } = world();
    for (const name of ['a', 'b', 'c', 'd']) addHanging(name);

    const run = ending.run();
    for (let step = 0; step < 12; step += 1) {
      await settled();
      clock.advance(625);
    }
    await run;

    expect(ran).toEqual(['d', 'c', 'b', 'a']);
    expect(problems.map(({ step }) => step)).toEqual(['d', 'c', 'b', 'a']);
  });

  it('runs no step twice', async () => {
    const { ending, add, ran } = world();
    add('only');

    await Promise.all([ending.run(), ending.run()]);

    expect(ran).toEqual(['only']);
  });
});
