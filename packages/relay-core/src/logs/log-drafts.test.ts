import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { DRAFTS_MAX, DRAFT_WAIT_MS_MAX, LogDrafts } from './log-drafts.js';

function drafts() {
  const clock = new ManualClock();
  const finished: string[][] = [];
  const log = new LogDrafts<string>(clock, (all) => finished.push(all.map(({ event }) => event)));
  return { clock, finished, log };
}

describe('LogDrafts', () => {
  it('finishes what came together, oldest first, when the first of them has waited long enough', () => {
    const { clock, finished, log } = drafts();
    log.add('a');
    clock.advance(DRAFT_WAIT_MS_MAX - 1);
    log.add('b');
    expect(finished).toEqual([]);

    clock.advance(1);
    expect(finished).toEqual([['a', 'b']]);
    expect(clock.armedCount).toBe(0);
  });

  it('gives each with the time at which it was made', () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const log = new LogDrafts<string>(clock, (all) => times.push(...all.map(({ at }) => at)));
    const begin = clock.now();
    log.add('a');
    clock.advance(3);
    log.add('b');
    log.finish();

    expect(times).toEqual([begin, begin + 3]);
  });

  it('holds only so many, whoever makes them', () => {
    const { finished, log } = drafts();
    for (let count = 1; count < DRAFTS_MAX; count += 1) log.add('one');
    expect(finished).toEqual([]);

    log.add('one more');
    expect(finished.map(({ length }) => length)).toEqual([DRAFTS_MAX]);
  });

  it('finished early, it leaves no timer armed and nothing to do', () => {
    const { clock, finished, log } = drafts();
    log.add('a');
    log.finish();
    log.finish();

    expect(clock.armedCount).toBe(0);
    expect(finished).toEqual([['a']]);
  });

  it('what is added by whoever is given the others waits for the next time', () => {
    const clock = new ManualClock();
    const finished: string[][] = [];
    const log: LogDrafts<string> = new LogDrafts(clock, (all) => {
      if (finished.length === 0) log.add('later');
      finished.push(all.map(({ event }) => event));
    });
    log.add('a');
    log.finish();
    expect(finished).toEqual([['a']]);

    clock.advance(DRAFT_WAIT_MS_MAX);
    expect(finished).toEqual([['a'], ['later']]);
  });
});
