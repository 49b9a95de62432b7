import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { DRAFTS_MAX, DRAFT_WAIT_MS_MAX, LogDrafts } from './log-drafts.js';

function drafts() {
  const clock = new ManualClock();
  const flushed: string[][] = [];
  const log = new LogDrafts<string>(clock, (all) => flushed.push(all.map(({ event }) => event)));
  return { clock, flushed, log };
}

describe('LogDrafts', () => {
  it('gives what came together, oldest first, when the first of them has waited long enough', () => {
    const { clock, flushed, log } = drafts();
    log.add('a');
    clock.advance(DRAFT_WAIT_MS_MAX - 1);
    log.add('b');
    expect(flushed).toEqual([]);

    clock.advance(1);
    expect(flushed).toEqual([['a', 'b']]);
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
    log.flush();

    expect(times).toEqual([begin, begin + 3]);
  });

  it('holds only so many, whoever makes them', () => {
    const { flushed, log } = drafts();
    for (let count = 1; count < DRAFTS_MAX; count += 1) log.add('one');
    expect(flushed).toEqual([]);

    log.add('one more');
    expect(flushed.map(({ length }) => length)).toEqual([DRAFTS_MAX]);
  });

  it('emptied early, it leaves no timer armed and nothing to do', () => {
    const { clock, flushed, log } = drafts();
    log.add('a');
    log.flush();
    log.flush();

    expect(clock.armedCount).toBe(0);
    expect(flushed).toEqual([['a']]);
  });

  it('what is added by whoever is given the others waits for the next time', () => {
    const clock = new ManualClock();
    const flushed: string[][] = [];
    const log: LogDrafts<string> = new LogDrafts(clock, (all) => {
      if (flushed.length === 0) log.add('later');
      flushed.push(all.map(({ event }) => event));
    });
    log.add('a');
    log.flush();
    expect(flushed).toEqual([['a']]);

    clock.advance(DRAFT_WAIT_MS_MAX);
    expect(flushed).toEqual([['a'], ['later']]);
  });
});
