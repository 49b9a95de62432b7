import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogEntry, LogLevel } from '@telepat/otto-protocol';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { DayFiles } from '../src/oplog/day-files.js';
import { recentEntries } from '../src/oplog/recent-entries.js';
import { Retention } from '../src/oplog/retention.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { tempFolder } from './support/temp-folder.js';

const NOON = Date.parse('2026-03-10T12:00:00.000Z');
const FILE = 'operations-2026-03-10.jsonl';

function world(options: { folder?: string; waitingBytesMax?: number; now?: number } = {}) {
  const folder = options.folder ?? tempFolder();
  const clock = new ManualClock(options.now ?? NOON);
  const disk = new FaultyDisk();
  const dropped: number[] = [];
  const log = new DayFiles({
    disk,
    folder,
    clock,
    onDropped: (count) => dropped.push(count),
    waitingBytesMax: options.waitingBytesMax,
  });
  onTestFinished(() => log.close());
  const idsIn = (name: string) => {
    const text = existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
    return [...text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
  };
  return { folder, clock, disk, dropped, log, idsIn };
}

function entry(id: string, level: LogLevel = 'info', data: Record<string, unknown> = {}): LogEntry {
  return { id, timestamp: new Date(NOON).toISOString(), level, source: 'relay', type: 'relay_started', data };
}

describe('the log on disk', () => {
  it('gets entries in batches, soon after they were written', async () => {
    const { log, clock, idsIn } = world();
    log.write(entry('a'));
    log.write(entry('b'));
    expect(idsIn(FILE)).toEqual([]);

    clock.advance(20);

    await expect.poll(() => idsIn(FILE)).toEqual(['a', 'b']);
  });

  it('gets entries that come during a batch with the next one', async () => {
    const { log, clock, idsIn } = world();
    log.write(entry('a'));
    clock.advance(10);
    log.write(entry('b'));
    await expect.poll(() => clock.armedCount).toBe(1);

    clock.advance(10);

    await expect.poll(() => idsIn(FILE)).toEqual(['a', 'b']);
  });

  it('has everything after an orderly stop, in order', async () => {
    const { log, idsIn } = world();
    const ids = Array.from({ length: 5_000 }, (_, index) => `id${index}`);
    for (const [index, id] of ids.entries())
      log.write(entry(id, index % 2 === 0 ? 'info' : 'error', { text: 'x'.repeat(300) }));

    await log.close();

    expect(idsIn(FILE)).toEqual(ids);
  });

  it('takes no entry and arms no timer after the stop', async () => {
    const { log, clock, idsIn } = world();
    log.write(entry('a'));
    await log.close();

    log.write(entry('b'));

    expect(clock.armedCount).toBe(0);
    expect(idsIn(FILE)).toEqual(['a']);
  });

  it('begins a new file with each day of UTC', async () => {
    const { log, clock, idsIn } = world({ now: Date.parse('2026-03-10T23:59:59.990Z') });
    log.write(entry('before'));
    clock.jump(10);
    log.write(entry('after'));

    await log.close();

    expect(idsIn(FILE)).toEqual(['before']);
    expect(idsIn('operations-2026-03-11.jsonl')).toEqual(['after']);
  });

  it('continues the file of the day after a restart, and glues nothing to a torn last line', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, FILE), `${JSON.stringify(entry('old'))}\n{"id":"torn","time`);
    const { log, disk } = world({ folder });
    log.write(entry('new'));

    await log.close();

    expect((await recentEntries(disk, folder, 10)).map(({ id }) => id)).toEqual(['old', 'new']);
  });
});

describe('a disk that refuses', () => {
  it('makes the log say so, and keeps entries until the disk takes them', async () => {
    const { log, disk, clock, idsIn } = world();
    disk.roomLeft = 30;
    log.write(entry('a'));
    clock.advance(10);
    await expect.poll(() => log.problem()).toContain('ENOSPC');
    log.write(entry('b'));

    disk.roomLeft = Infinity;
    await expect.poll(() => clock.armedCount).toBe(1);
    clock.advance(1_000);

    await expect.poll(() => idsIn(FILE)).toEqual(['a', 'b']);
    await expect.poll(() => log.problem()).toBeUndefined();
  });

  it('loses the least important entries first, and counts them when it takes entries again', async () => {
    const { log, disk, clock, dropped, idsIn } = world({ waitingBytesMax: 2_000 });
    disk.broken.add('open');
    log.write(entry('first'));
    clock.advance(10);
    await expect.poll(() => log.problem()).toContain('EIO');

    for (let index = 0; index < 100; index += 1) log.write(entry(`debug${index}`, 'debug'));
    for (let index = 0; index < 100; index += 1) log.write(entry(`error${index}`, 'error'));
    log.write(entry('info', 'info'));
    await expect.poll(() => clock.armedCount).toBe(1);
    disk.broken.clear();
    clock.advance(1_000);
    await expect.poll(() => dropped).toHaveLength(1);

    const kept = idsIn(FILE);
    const errors = kept.filter((id) => id?.startsWith('error'));
    expect(kept).toEqual(errors);
    expect(errors).toEqual(errors.map((_, index) => `error${index}`));
    expect(dropped).toEqual([202 - errors.length]);
    expect(errors.length).toBeGreaterThan(5);
  });

  it('does not hold up the stop', async () => {
    const { log, disk } = world();
    disk.broken.add('open');
    log.write(entry('a'));

    await log.close();

    expect(log.problem()).toContain('EIO');
  });
});

describe('recent entries', () => {
  it('are the newest ones of the newest files, oldest first', async () => {
    const { folder, disk } = world();
    const lines = (...ids: string[]) => ids.map((id) => `${JSON.stringify(entry(id))}\n`).join('');
    writeFileSync(join(folder, 'operations-2026-03-08.jsonl'), lines('a', 'b'));
    writeFileSync(join(folder, 'operations-2026-03-09.jsonl'), `${lines('c')}damage\n${lines('d')}`);
    writeFileSync(join(folder, 'operations-2026-03-10.jsonl'), lines('e'));
    writeFileSync(join(folder, 'operations-notes.jsonl'), lines('x'));

    expect((await recentEntries(disk, folder, 4)).map(({ id }) => id)).toEqual(['b', 'c', 'd', 'e']);
    expect((await recentEntries(disk, folder, 100)).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are found across the blocks in which a file is read', async () => {
    const { folder, disk, log } = world();
    const ids = Array.from({ length: 2_000 }, (_, index) => `id${index}`);
    for (const [index, id] of ids.entries()) log.write(entry(id, 'info', { text: 'ä'.repeat(index % 331) }));
    await log.close();

    expect((await recentEntries(disk, folder, 1_999)).map(({ id }) => id)).toEqual(ids.slice(1));
  });

  it('pass over a line that is too long to be one of ours', async () => {
    const { folder, disk } = world();
    const long = JSON.stringify(entry('long', 'info', { text: 'x'.repeat(2_000_000) }));
    writeFileSync(join(folder, FILE), `${JSON.stringify(entry('a'))}\n${long}\n${JSON.stringify(entry('b'))}\n`);

    expect((await recentEntries(disk, folder, 10)).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('are none in an empty folder', async () => {
    const { folder, disk } = world();

    expect(await recentEntries(disk, folder, 10)).toEqual([]);
  });
});

describe('retention', () => {
  it('deletes log files of days more than 14 days ago, at the start and hourly, and nothing else', async () => {
    const { folder, disk, clock } = world();
    const names = [
      'operations-2026-02-23.jsonl',
      'operations-2026-02-23-1.jsonl',
      'operations-2026-02-24.jsonl',
      'operations-2026-03-10.jsonl',
      'operations-2026-02-30x.jsonl',
      'operations-2020-99-99.jsonl',
      'operations-2020-01-01.jsonl.rejected',
      'operations.jsonl',
      'notes-2020-01-01.jsonl',
    ];
    for (const name of names) writeFileSync(join(folder, name), '');
    const retention = new Retention({ disk, folder, clock, reportProblem: () => undefined });
    onTestFinished(() => retention.close());

    await retention.start();
    expect(readdirSync(folder).sort()).toEqual(names.slice(2).sort());

    clock.jump(12 * 3_600_000);
    clock.advance(3_600_000);
    await retention.close();
    expect(readdirSync(folder).sort()).toEqual(names.slice(3).sort());
  });

  it('survives a folder that cannot be read, and tries again', async () => {
    const { folder, clock } = world();
    const problems: unknown[] = [];
    const retention = new Retention({
      disk: Object.assign(new FaultyDisk(), { list: () => Promise.reject(new Error('EACCES')) }),
      folder,
      clock,
      reportProblem: (error) => problems.push(error),
    });
    onTestFinished(() => retention.close());

    await retention.start();
    clock.advance(3_600_000);
    await retention.close();

    expect(problems).toHaveLength(2);
  });
});
