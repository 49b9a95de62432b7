import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogEntry, LogLevel } from '@telepat/otto-protocol';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { DayFiles } from '../src/oplog/day-files.js';
import { KnownFiles } from '../src/oplog/known-files.js';
import { readableFiles } from '../src/oplog/readable-files.js';
import { recentEntries } from '../src/oplog/recent-entries.js';
import { Retention } from '../src/oplog/retention.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { tempFolder } from './support/temp-folder.js';

const NOON = Date.parse('2026-03-10T12:00:00.000Z');
const FILE = 'operations-2026-03-10.jsonl';

async function world(options: WorldOptions = {}) {
  const folder = options.folder ?? tempFolder();
  const clock = new ManualClock(options.now ?? NOON);
  const disk = new FaultyDisk();
  const dropped: number[] = [];
  const known = await KnownFiles.of(disk, folder);
  const begun: string[] = [];
  const log = new DayFiles({
    disk,
    folder,
    clock,
    known,
    maxFileBytes: options.maxFileBytes ?? 1_000_000_000,
    onDropped: (count) => dropped.push(count),
    onFileBegun: () => begun.push('file'),
    waitingBytesMax: options.waitingBytesMax,
  });
  onTestFinished(() => log.close());
  const idsIn = (name: string) => {
    const text = existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
    return [...text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
  };
  return { folder, clock, disk, known, begun, dropped, log, idsIn };
}

interface WorldOptions {
  readonly folder?: string;
  readonly waitingBytesMax?: number;
  readonly maxFileBytes?: number;
  readonly now?: number;
}

/** The ids of the newest entries in a folder. */
async function recentIds(folder: string, countMax: number): Promise<string[]> {
  const known = await KnownFiles.of(new FaultyDisk(), folder);
  const { entries } = recentEntries(known.newestFirst(), readableFiles(folder), countMax);
  return entries.map(({ id }) => id);
}

function entry(id: string, level: LogLevel = 'info', data: Record<string, unknown> = {}, at = NOON): LogEntry {
  return { id, timestamp: new Date(at).toISOString(), level, source: 'relay', type: 'relay_started', data };
}

describe('the log on disk', () => {
  it('gets entries in batches, soon after they were written', async () => {
    const { log, clock, idsIn } = await world();
    log.write(entry('a'));
    log.write(entry('b'));
    expect(idsIn(FILE)).toEqual([]);

    clock.advance(20);

    await expect.poll(() => idsIn(FILE)).toEqual(['a', 'b']);
  });

  it('gets entries that come during a batch with the next one', async () => {
    const { log, clock, idsIn } = await world();
    log.write(entry('a'));
    clock.advance(10);
    log.write(entry('b'));
    await expect.poll(() => clock.armedCount).toBe(1);

    clock.advance(10);

    await expect.poll(() => idsIn(FILE)).toEqual(['a', 'b']);
  });

  it('has everything after an orderly stop, in order', async () => {
    const { log, idsIn } = await world();
    const ids = Array.from({ length: 5_000 }, (_, index) => `id${index}`);
    for (const [index, id] of ids.entries())
      log.write(entry(id, index % 2 === 0 ? 'info' : 'error', { text: 'x'.repeat(300) }));

    await log.close();

    expect(idsIn(FILE)).toEqual(ids);
  });

  it('takes no entry and arms no timer after the stop', async () => {
    const { log, clock, idsIn } = await world();
    log.write(entry('a'));
    await log.close();

    log.write(entry('b'));

    expect(clock.armedCount).toBe(0);
    expect(idsIn(FILE)).toEqual(['a']);
  });

  it('begins a new file with each day of UTC', async () => {
    const { log, idsIn } = await world();
    log.write(entry('before', 'info', {}, Date.parse('2026-03-10T23:59:59.999Z')));
    log.write(entry('after', 'info', {}, Date.parse('2026-03-11T00:00:00.000Z')));

    await log.close();

    expect(idsIn(FILE)).toEqual(['before']);
    expect(idsIn('operations-2026-03-11.jsonl')).toEqual(['after']);
  });

  it('continues the file of the day after a restart, and glues nothing to a torn last line', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, FILE), `${JSON.stringify(entry('old'))}\n{"id":"torn","time`);
    const { log } = await world({ folder });
    log.write(entry('new'));

    await log.close();

    expect(await recentIds(folder, 10)).toEqual(['old', 'new']);
  });
});

describe('a disk that refuses', () => {
  it('makes the log say so, and keeps entries until the disk takes them', async () => {
    const { log, disk, clock, idsIn } = await world();
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
    const { log, disk, clock, dropped, idsIn } = await world({ waitingBytesMax: 2_000 });
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
    const { log, disk } = await world();
    disk.broken.add('open');
    log.write(entry('a'));

    await log.close();

    expect(log.problem()).toContain('EIO');
  });
});

describe('recent entries', () => {
  it('are the newest ones of the newest files, oldest first', async () => {
    const { folder } = await world();
    const lines = (...ids: string[]) => ids.map((id) => `${JSON.stringify(entry(id))}\n`).join('');
    writeFileSync(join(folder, 'operations-2026-03-08.jsonl'), lines('a', 'b'));
    writeFileSync(join(folder, 'operations-2026-03-09.jsonl'), `${lines('c')}damage\n${lines('d')}`);
    writeFileSync(join(folder, 'operations-2026-03-10.jsonl'), lines('e'));
    writeFileSync(join(folder, 'operations-notes.jsonl'), lines('x'));

    expect(await recentIds(folder, 4)).toEqual(['b', 'c', 'd', 'e']);
    expect(await recentIds(folder, 100)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are found across the blocks in which a file is read', async () => {
    const { folder, log } = await world();
    const ids = Array.from({ length: 2_000 }, (_, index) => `id${index}`);
    for (const [index, id] of ids.entries()) log.write(entry(id, 'info', { text: 'ä'.repeat(index % 331) }));
    await log.close();

    expect(await recentIds(folder, 1_999)).toEqual(ids.slice(1));
  });

  it('pass over a line that is too long to be one of ours', async () => {
    const { folder } = await world();
    const long = JSON.stringify(entry('long', 'info', { text: 'x'.repeat(2_000_000) }));
    writeFileSync(join(folder, FILE), `${JSON.stringify(entry('a'))}\n${long}\n${JSON.stringify(entry('b'))}\n`);

    expect(await recentIds(folder, 10)).toEqual(['a', 'b']);
  });

  it('are none in an empty folder', async () => {
    const { folder } = await world();

    expect(await recentIds(folder, 10)).toEqual([]);
  });
});

describe('retention', () => {
  it('deletes log files of days more than 14 days ago, at the start and hourly, and nothing else', async () => {
    const { folder, disk, known, clock } = await world();
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
    const retention = new Retention({
      disk,
      folder,
      clock,
      known,
      maxTotalBytes: Infinity,
      reportProblem: () => undefined,
    });
    onTestFinished(() => retention.close());

    await retention.start();
    expect(readdirSync(folder).sort()).toEqual(names.slice(2).sort());

    clock.jump(12 * 3_600_000);
    clock.advance(3_600_000);
    await retention.close();
    expect(readdirSync(folder).sort()).toEqual(names.slice(3).sort());
  });

  it('survives a folder that cannot be read, and tries again', async () => {
    const { folder, known, clock } = await world();
    const problems: unknown[] = [];
    const retention = new Retention({
      disk: Object.assign(new FaultyDisk(), { list: () => Promise.reject(new Error('EACCES')) }),
      folder,
      clock,
      known,
      maxTotalBytes: Infinity,
      reportProblem: (error) => problems.push(error),
    });
    onTestFinished(() => retention.close());

    await retention.start();
    clock.advance(3_600_000);
    await retention.close();

    expect(problems).toHaveLength(2);
  });
});
