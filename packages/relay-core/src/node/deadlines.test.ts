import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { Deadlines, type Due } from './deadlines.js';

interface Command extends Due {
  readonly name: string;
}

function deadlines(options: { onDue?: (name: string) => void } = {}) {
  const clock = new ManualClock();
  const live: Command[] = [];
  const ended: string[] = [];
  const bugs: unknown[] = [];
  const watch = new Deadlines<Command>({
    clock,
    live: () => live,
    onDue: ({ name }) => {
      ended.push(name);
      options.onDue?.(name);
    },
    reportBug: (error) => bugs.push(error),
  });
  const begin = (name: string, timeoutMs: number) => {
    const command = { name, dueAt: Infinity };
    live.push(command);
    watch.set(command, timeoutMs);
    return command;
  };
  const release = (command: Command) => live.splice(live.indexOf(command), 1);
  return { clock, watch, begin, release, ended, bugs };
}

describe('Deadlines', () => {
  it('each command ends at its own, in whatever order they began', () => {
    const { clock, begin, ended } = deadlines();
    begin('late', 300);
    begin('early', 100);
    begin('middle', 200);

    clock.advance(99);
    expect(ended).toEqual([]);
    clock.advance(1);
    expect(ended).toEqual(['early']);
    clock.advance(100);
    expect(ended).toEqual(['early', 'middle']);
    clock.advance(100);
    expect(ended).toEqual(['early', 'middle', 'late']);
    expect(clock.armedCount).toBe(0);
  });

  it('one timer is armed however many there are, and none when all are met', () => {
    const { clock, begin } = deadlines();
    for (let count = 0; count < 1_000; count += 1) begin(String(count), 1_000 + (count % 10));
    expect(clock.armedCount).toBe(1);

    clock.advance(1_009);
    expect(clock.armedCount).toBe(0);
  });

  it('one that was released before it was due is not heard of, and the others are not late', () => {
    const { clock, begin, release, ended } = deadlines();
    const released = begin('released', 100);
    begin('stays', 150);
    release(released);

    clock.advance(150);
    expect(ended).toEqual(['stays']);
  });

  it('one that is never due arms no timer', () => {
    const { clock, begin } = deadlines();
    begin('endless', Infinity);

    expect(clock.armedCount).toBe(0);
  });

  it('those who are overdue together, since the loop was busy, end in the order in which they were due', () => {
    let ticks = 0;
    let wake = (): void => undefined;
    const ended: number[] = [];
    const live = [{ dueAt: 0 }, { dueAt: 0 }];
    const watch = new Deadlines<Due>({
      clock: { ticks: () => ticks, after: (_, run) => ((wake = run), { cancel: () => undefined }) },
      live: () => live,
      onDue: (command) => ended.push(live.indexOf(command)),
      reportBug: (error) => expect(error).toBeUndefined(),
    });
    for (const [index, command] of live.entries()) watch.set(command, 20 - 10 * index);
    ticks = 50;
    wake();

    expect(ended).toEqual([1, 0]);
  });

  it('what begins while others end has its own time', () => {
    const world = deadlines({ onDue: (name) => name === 'first' && world.begin('anew', 5) });
    world.begin('first', 10);
    world.begin('last', 100);

    world.clock.advance(14);
    expect(world.ended).toEqual(['first']);
    world.clock.advance(1);
    expect(world.ended).toEqual(['first', 'anew']);
    world.clock.advance(85);
    expect(world.ended).toEqual(['first', 'anew', 'last']);
  });

  it('a bug in one end is reported, and keeps no other from its own', () => {
    const { clock, begin, ended, bugs } = deadlines({
      onDue: (name) => {
        if (name === 'broken') throw new Error('a bug');
      },
    });
    begin('broken', 10);
    begin('same moment', 10);
    begin('later', 20);

    clock.advance(20);
    expect(ended).toEqual(['broken', 'same moment', 'later']);
    expect(bugs).toEqual([new Error('a bug')]);
  });

  it('cleared, it leaves no timer armed, and goes on with the next command', () => {
    const { clock, watch, begin, ended, release } = deadlines();
    release(begin('gone', 10));
    watch.clear();
    expect(clock.armedCount).toBe(0);

    begin('next', 30);
    clock.advance(30);
    expect(ended).toEqual(['next']);
  });
});
