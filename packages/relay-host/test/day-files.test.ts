import { appendFileSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogEntry, LogLevel } from '@telepat/otto-protocol';
import { Relay } from '@telepat/otto-relay-core';
import { MemoryStorage, PlainSecrets, PlainTokens, SequentialIds } from '@telepat/otto-relay-core/testing';
import { KnownFiles } from '../src/oplog/known-files.js';
import { readableFiles } from '../src/oplog/readable-files.js';
import { recentEntries } from '../src/oplog/recent-entries.js';
import { Retention } from '../src/oplog/retention.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { FILE, NOON, batchOf, logEntry, logFilesOf, logWorld, writeLogFile } from './support/log-world.js';
import { tempFolder } from './support/temp-folder.js';

/** The ids of the newest entries in a folder. */
async function recentIds(folder: string, countMax: number): Promise<string[]> {
  const known = await KnownFiles.of(new FaultyDisk(), folder);
  const { entries } = recentEntries(known.newestFirst(), readableFiles(folder), countMax);
  return entries.map(({ id }) => id);
}

function entry(id: string, level: LogLevel = 'info', data: Record<string, unknown> = {}, at = NOON): LogEntry {
  return logEntry(id, { level, data, timestamp: new Date(at).toISOString() });
}

describe('the log on disk', () => {
  it('gets entries in batches, soon after they were written', async () => {
    const { log, clock, idsIn } = await logWorld();
    log.write(batchOf(entry('a')));
    log.write(batchOf(entry('b')));
    expect(idsIn(FILE)).toEqual([]);

    clock.advance(20);

    await expect.poll(() => idsIn(FILE)).toEqual(['a', 'b']);
  });

  it('gets what the relay writes about a command in time for the 20 ms that are promised, and the write', async () => {
    const { log, clock, idsIn } = await logWorld();
    const reportBug = (error: unknown) => expect(error).toBeUndefined();
    const [tokenSigner, secrets] = [new PlainTokens(clock), new PlainSecrets()];
    const ports = { clock, ids: new SequentialIds(), storage: new MemoryStorage(), tokenSigner, secrets, reportBug };
    const relay = await Relay.open({ ports: { ...ports, logSink: log } });
    relay.logs.writeSoon({ level: 'info', source: 'controller', type: 'command_routed', requestId: 'r1' });
    // Timers of Node are late by a millisecond each.
    clock.advance(16);

    await expect.poll(() => idsIn(FILE)).toHaveLength(1);
    relay.stop();
  });

  it('gets entries that come during a batch with the next one', async () => {
    const { log, clock, idsIn } = await logWorld();
    log.write(batchOf(entry('a')));
    clock.advance(10);
    log.write(batchOf(entry('b')));
    await expect.poll(() => clock.armedCount).toBe(1);

    clock.advance(10);

    await expect.poll(() => idsIn(FILE)).toEqual(['a', 'b']);
  });

  it('has everything after an orderly stop, in order', async () => {
    const { log, idsIn } = await logWorld();
    const ids = Array.from({ length: 5_000 }, (_, index) => `id${index}`);
    for (const [index, id] of ids.entries())
      log.write(batchOf(entry(id, index % 2 === 0 ? 'info' : 'error', { text: 'x'.repeat(300) })));

    await log.close();

    expect(idsIn(FILE)).toEqual(ids);
  });

  it('takes no entry and arms no timer after the stop', async () => {
    const { log, clock, idsIn } = await logWorld();
    log.write(batchOf(entry('a')));
    await log.close();

    log.write(batchOf(entry('b')));

    expect(clock.armedCount).toBe(0);
    expect(idsIn(FILE)).toEqual(['a']);
  });

  it('begins a new file with each day of UTC', async () => {
    const { log, idsIn } = await logWorld();
    log.write(batchOf(entry('before', 'info', {}, Date.parse('2026-03-10T23:59:59.999Z'))));
    log.write(batchOf(entry('after', 'info', {}, Date.parse('2026-03-11T00:00:00.000Z'))));

    await log.close();

    expect(idsIn(FILE)).toEqual(['before']);
    expect(idsIn('operations-2026-03-11.jsonl')).toEqual(['after']);
  });

  it('a batch is divided where the day changes, and where a file is full, between letters of any length', async () => {
    const text = { text: 'ä💥'.repeat(50) };
    const room = 2 * Buffer.byteLength(JSON.stringify(entry('a', 'info', text))) + 10;
    const { log, idsIn } = await logWorld({ maxFileBytes: room });
    const times = ['2026-03-10T23:59:59.998Z', '2026-03-10T23:59:59.999Z', '2026-03-11T00:00:00.000Z'].map(Date.parse);
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const dayOf = (index: number) => times[index < 3 ? 0 : index < 4 ? 1 : 2];
    log.write(batchOf(...ids.map((id, index) => entry(id, 'info', text, dayOf(index)))));

    await log.close();

    expect([FILE, 'operations-2026-03-10-1.jsonl', 'operations-2026-03-11.jsonl'].map(idsIn)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ]);
  });

  it('continues the file of the day after a restart, and glues nothing to a torn last line', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, FILE), `${JSON.stringify(entry('old'))}\n{"id":"torn","time`);
    const { log } = await logWorld({ folder });
    log.write(batchOf(entry('new')));

    await log.close();

    expect(await recentIds(folder, 10)).toEqual(['old', 'new']);
  });
});

describe('files of a bounded size', () => {
  const line = Buffer.byteLength(`${JSON.stringify(entry('x0'))}\n`);

  it('are continued in the next part when a line would pass the bound', async () => {
    const { log, folder, idsIn, begun } = await logWorld({ maxFileBytes: 2 * line });
    for (let index = 0; index < 5; index += 1) log.write(batchOf(entry(`x${index}`)));

    await log.close();

    const names = [FILE, 'operations-2026-03-10-1.jsonl', 'operations-2026-03-10-2.jsonl'];
    expect(logFilesOf(folder)).toEqual(names.toSorted());
    expect(names.map(idsIn)).toEqual([['x0', 'x1'], ['x2', 'x3'], ['x4']]);
    expect(begun).toHaveLength(3);
  });

  it('are never larger than 1024 bytes, if that is the bound, unless one entry is', async () => {
    const { log, folder, idsIn } = await logWorld({ maxFileBytes: 1_024 });
    const ids = Array.from({ length: 300 }, (_, index) => `id${index}`);
    for (const id of ids) log.write(batchOf(entry(id, 'info', id === 'id7' ? { text: 'x'.repeat(2_000) } : {})));

    await log.close();

    const parts = Array.from({ length: logFilesOf(folder).length }, (_, part) =>
      part === 0 ? FILE : `operations-2026-03-10-${part}.jsonl`,
    );
    expect(parts.flatMap(idsIn)).toEqual(ids);
    const large = parts.filter((name) => statSync(join(folder, name)).size > 1_024);
    expect(large.map(idsIn)).toEqual([['id7']]);
  });

  it('are continued after a restart in the newest part of the day', async () => {
    const folder = tempFolder();
    const parts = [FILE, 'operations-2026-03-10-2.jsonl', 'operations-2026-03-10-10.jsonl'];
    for (const [index, name] of parts.entries()) writeLogFile(folder, name, [entry(`old${index}`)]);
    const { log, idsIn } = await logWorld({ folder, maxFileBytes: 2 * line + 10 });
    log.write(batchOf(entry('n0')));
    log.write(batchOf(entry('n1')));

    await log.close();

    expect(idsIn('operations-2026-03-10-10.jsonl')).toEqual(['old2', 'n0']);
    expect(idsIn('operations-2026-03-10-11.jsonl')).toEqual(['n1']);
  });

  it('that are begun are known, though a sweep looks before they are on the disk', async () => {
    const { log, folder, disk, known } = await logWorld();
    known.begin({ name: FILE, day: '2026-03-10', part: 0 });
    await known.look(disk, folder);
    log.write(batchOf(entry('a')));

    await log.close();

    expect(known.newestFirst()).toMatchObject([{ name: FILE, addedLines: 1 }]);
    expect(known.sizeOf(FILE)).toBe(statSync(join(folder, FILE)).size);
  });

  it('are begun anew when somebody removed the one that was open', async () => {
    const { log, folder, disk, known, clock, idsIn } = await logWorld();
    log.write(batchOf(entry('a')));
    clock.advance(10);
    await expect.poll(() => idsIn(FILE)).toEqual(['a']);
    rmSync(join(folder, FILE));
    await known.look(disk, folder);

    log.write(batchOf(entry('b')));
    await log.close();

    expect(idsIn(FILE)).toEqual(['b']);
  });
});

describe('a torn last line', () => {
  it('is cut off before anything is written behind it', async () => {
    const folder = tempFolder();
    writeLogFile(folder, FILE, [entry('old')]);
    appendFileSync(join(folder, FILE), '{"id":"torn","data":{"a":{}');
    const { log } = await logWorld({ folder });
    log.write(batchOf(entry('new')));

    await log.close();

    const lines = readFileSync(join(folder, FILE), 'utf8').trimEnd().split('\n');
    expect(lines.map((text) => (JSON.parse(text) as LogEntry).id)).toEqual(['old', 'new']);
  });

  it('that lacks its line break alone is kept', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, FILE), JSON.stringify(entry('whole')));
    const { log, idsIn } = await logWorld({ folder });
    log.write(batchOf(entry('new')));

    await log.close();

    expect(idsIn(FILE)).toEqual(['whole', 'new']);
    expect(readFileSync(join(folder, FILE), 'utf8').split('\n')).toHaveLength(3);
  });
});

describe('a disk that refuses', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EIO', 'the disk reports a fault'],
    ['EROFS', 'the disk is read-only'],
  ])('with %s is told of in plain words', async (code, words) => {
    const { log, disk, clock } = await logWorld();
    const fault = Object.assign(new Error(`${code}: it refuses`), { code });
    const open = disk.open.bind(disk);
    disk.open = () => Promise.reject(fault);
    log.write(batchOf(entry('a')));
    clock.advance(10);
    await expect.poll(() => log.problem()).toBe(`${words} (${code}: it refuses)`);

    disk.open = open;
    await log.close();

    expect(log.problem()).toBeUndefined();
  });

  it('holds up nobody who takes a batch of what waits: a backlog is written a mebibyte at a time', async () => {
    const { log, disk, clock, idsIn } = await logWorld();
    disk.roomLeft = 0;
    const ids = Array.from({ length: 3_000 }, (_, index) => `id${index}`);
    for (const id of ids) log.write(batchOf(entry(id, 'info', { text: 'x'.repeat(1_000) })));
    clock.advance(10);
    await expect.poll(() => log.problem()).toContain('ENOSPC');
    expect(log.backlog().waitingBytes).toBeGreaterThan(3_000_000);
    expect(log.waitingLines()).toHaveLength(3_000);

    disk.roomLeft = Infinity;
    await expect.poll(() => clock.armedCount).toBe(1);
    clock.advance(1_000);

    await expect.poll(() => idsIn(FILE)).toEqual(ids);
    await expect.poll(() => log.backlog()).toMatchObject({ waitingBytes: 0, lagMs: 0 });
  });

  it('makes the log say so, and keeps entries until the disk takes them', async () => {
    const { log, disk, clock, idsIn } = await logWorld();
    disk.roomLeft = 30;
    log.write(batchOf(entry('a')));
    clock.advance(10);
    await expect.poll(() => log.problem()).toContain('ENOSPC');
    log.write(batchOf(entry('b')));

    disk.roomLeft = Infinity;
    await expect.poll(() => clock.armedCount).toBe(1);
    clock.advance(1_000);

    await expect.poll(() => idsIn(FILE)).toEqual(['a', 'b']);
    await expect.poll(() => log.problem()).toBeUndefined();
  });

  it('loses the least important entries first, and counts them when it takes entries again', async () => {
    const { log, disk, clock, dropped, idsIn } = await logWorld({ waitingBytesMax: 2_000 });
    disk.broken.add('open');
    log.write(batchOf(entry('first')));
    clock.advance(10);
    await expect.poll(() => log.problem()).toContain('EIO');

    for (let index = 0; index < 100; index += 1) log.write(batchOf(entry(`debug${index}`, 'debug')));
    for (let index = 0; index < 100; index += 1) log.write(batchOf(entry(`error${index}`, 'error')));
    log.write(batchOf(entry('info', 'info')));
    await expect.poll(() => clock.armedCount).toBe(1);
    const { droppedCount } = log.backlog();
    disk.broken.clear();
    clock.advance(1_000);
    await expect.poll(() => dropped).toHaveLength(1);

    // Whoever scrapes the metrics hears of it while it happens.
    expect([droppedCount, log.backlog().droppedCount]).toEqual([dropped[0], dropped[0]]);
    const kept = idsIn(FILE);
    const errors = kept.filter((id) => id?.startsWith('error'));
    expect(kept).toEqual(errors);
    expect(errors).toEqual(errors.map((_, index) => `error${index}`));
    expect(dropped).toEqual([202 - errors.length]);
    expect(errors.length).toBeGreaterThan(5);
  });

  it('does not hold up the stop', async () => {
    const { log, disk } = await logWorld();
    disk.broken.add('open');
    log.write(batchOf(entry('a')));

    await log.close();

    expect(log.problem()).toContain('EIO');
  });
});

/** A file system of a mebibyte, where one may be mounted. */
function smallDisk(): string | undefined {
  const folder = tempFolder();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

it('a log on a disk that is really full goes on by itself when there is room', async (context) => {
  const folder = smallDisk();
  if (folder === undefined) return context.skip('A file system may not be mounted here, so none is filled.');
  const { log, clock, idsIn } = await logWorld({ folder });
  writeFileSync(join(folder, 'ballast'), 'x'.repeat(1_000_000));
  const ids = Array.from({ length: 200 }, (_, index) => `id${index}`);
  for (const id of ids) log.write(batchOf(entry(id, 'info', { text: 'x'.repeat(1_000) })));
  clock.advance(10);
  await expect.poll(() => log.problem()).toContain('the disk is full');

  rmSync(join(folder, 'ballast'));
  await expect.poll(() => clock.armedCount).toBe(1);
  clock.advance(1_000);

  await expect.poll(() => idsIn(FILE)).toEqual(ids);
  expect(log.problem()).toBeUndefined();
});

describe('recent entries', () => {
  it('are the newest ones of the newest files, oldest first', async () => {
    const { folder } = await logWorld();
    const lines = (...ids: string[]) => ids.map((id) => `${JSON.stringify(entry(id))}\n`).join('');
    writeFileSync(join(folder, 'operations-2026-03-08.jsonl'), lines('a', 'b'));
    writeFileSync(join(folder, 'operations-2026-03-09.jsonl'), `${lines('c')}damage\n${lines('d')}`);
    writeFileSync(join(folder, 'operations-2026-03-10.jsonl'), lines('e'));
    writeFileSync(join(folder, 'operations-notes.jsonl'), lines('x'));

    expect(await recentIds(folder, 4)).toEqual(['b', 'c', 'd', 'e']);
    expect(await recentIds(folder, 100)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are found across the blocks in which a file is read', async () => {
    const { folder, log } = await logWorld();
    const ids = Array.from({ length: 2_000 }, (_, index) => `id${index}`);
    for (const [index, id] of ids.entries()) log.write(batchOf(entry(id, 'info', { text: 'ä'.repeat(index % 331) })));
    await log.close();

    expect(await recentIds(folder, 1_999)).toEqual(ids.slice(1));
  });

  it('pass over a line that is too long to be one of ours', async () => {
    const { folder } = await logWorld();
    const long = JSON.stringify(entry('long', 'info', { text: 'x'.repeat(2_000_000) }));
    writeFileSync(join(folder, FILE), `${JSON.stringify(entry('a'))}\n${long}\n${JSON.stringify(entry('b'))}\n`);

    expect(await recentIds(folder, 10)).toEqual(['a', 'b']);
  });

  it('are none in an empty folder', async () => {
    const { folder } = await logWorld();

    expect(await recentIds(folder, 10)).toEqual([]);
  });
});

describe('retention', () => {
  it('deletes log files of days more than 14 days ago, at the start and hourly, and nothing else', async () => {
    const { folder, disk, known, clock } = await logWorld();
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
      maxFileBytes: 1_024,
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

  it('deletes the oldest files while all of them take too much, but never the newest', async () => {
    const { folder, disk, known, clock } = await logWorld();
    const names = ['operations.jsonl', 'operations-2026-03-08.jsonl', 'operations-2026-03-09.jsonl', FILE];
    for (const name of names) writeFileSync(join(folder, name), 'x'.repeat(100));
    writeFileSync(join(folder, 'notes.jsonl'), 'x'.repeat(1_000));
    const sweep = (maxTotalBytes: number) =>
      new Retention({
        ...{ disk, folder, clock, known, maxTotalBytes, maxFileBytes: 150 },
        reportProblem: () => undefined,
      }).sweep();

    // The newest may grow to the bound of a file.
    await sweep(450);
    expect(logFilesOf(folder)).toHaveLength(4);
    await sweep(449);
    expect(logFilesOf(folder)).toEqual(names.slice(1).toSorted());
    await sweep(1);
    expect(readdirSync(folder).sort()).toEqual(['notes.jsonl', FILE]);
  });

  it('survives a folder that cannot be read, and tries again', async () => {
    const { folder, known, clock } = await logWorld();
    const problems: unknown[] = [];
    const retention = new Retention({
      disk: Object.assign(new FaultyDisk(), { list: () => Promise.reject(new Error('EACCES')) }),
      folder,
      clock,
      known,
      maxFileBytes: 1_024,
      maxTotalBytes: Infinity,
      reportProblem: (error) => problems.push(error),
    });
    onTestFinished(() => retention.close());

    await retention.start();
    clock.advance(3_600_000);
    await retention.close();

    expect(problems).toHaveLength(2);
  });

  it('deletes what it can when one file will not go, the oldest first', async () => {
    const { folder, disk, known, clock } = await logWorld();
    const names = ['operations-2026-01-01.jsonl', 'operations-2026-01-02.jsonl', 'operations-2026-01-03.jsonl', FILE];
    for (const name of names) writeFileSync(join(folder, name), '');
    const removed: string[] = [];
    const problems: unknown[] = [];
    disk.remove = async (path) => {
      removed.push(basename(path));
      if (path.endsWith('02.jsonl')) throw new Error('EBUSY');
      rmSync(path);
    };

    await new Retention({
      ...{ disk, folder, clock, known, maxFileBytes: 1_024, maxTotalBytes: Infinity },
      reportProblem: (error) => problems.push(error),
    }).sweep();

    expect(removed).toEqual(names.slice(0, 3));
    expect(logFilesOf(folder)).toEqual([names[1], FILE]);
    expect(problems).toHaveLength(1);
  });

  it('never deletes the file that is being written for room, though a wrong clock left newer ones', async () => {
    const { folder, disk, known, clock, log, idsIn } = await logWorld();
    writeFileSync(join(folder, 'operations-2031-01-01.jsonl'), 'x'.repeat(1_000));
    writeFileSync(join(folder, 'operations-2026-02-30.jsonl'), 'is no day, and not ours');
    log.write(batchOf(logEntry('a')));
    clock.advance(10);
    await expect.poll(() => idsIn(FILE)).toEqual(['a']);

    await new Retention({
      ...{ disk, folder, clock, known, maxFileBytes: 600, maxTotalBytes: 1_000 },
      reportProblem: () => undefined,
    }).sweep();
    log.write(batchOf(logEntry('b')));
    await log.close();

    expect(idsIn(FILE)).toEqual(['a', 'b']);
    expect(logFilesOf(folder)).toEqual(['operations-2026-02-30.jsonl', FILE]);
  });

  it('learns that somebody has emptied a file', async () => {
    const { folder, disk, known } = await logWorld();
    const name = 'operations-2026-03-08.jsonl';
    writeFileSync(join(folder, name), 'x'.repeat(100));
    await known.look(disk, folder);
    writeFileSync(join(folder, name), '');

    await known.look(disk, folder);

    expect(known.sizeOf(name)).toBe(0);
  });
});
