import { readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { Journal } from '../src/stores/journal.js';
import type { StoreFormat } from '../src/stores/store-format.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { tempFolder } from './support/temp-folder.js';

interface Thing {
  readonly name: string;
  readonly expiresAt?: number;
}

const things: StoreFormat<Thing> = {
  fileName: 'things.jsonl',
  schema: z.object({ name: z.string(), expiresAt: z.number().exactOptional() }),
  legacy: (line) => {
    const thing = z.object({ thing: z.string() }).safeParse(line).data?.thing;
    return thing === undefined ? undefined : { id: thing, value: { name: thing } };
  },
  expiresAt: (thing) => thing.expiresAt,
};

/** A journal in a fresh folder, which can be opened again and again. */
function world(content?: string | Buffer) {
  const folder = tempFolder();
  const path = join(folder, things.fileName);
  if (content !== undefined) writeFileSync(path, content);
  const disk = new FaultyDisk();
  const problems: unknown[] = [];
  const open = async (deadChangesMin = 512) => {
    const reportProblem = (error: unknown) => problems.push(error);
    const journal = await Journal.open({ disk, path, format: things, now: 1_000, reportProblem, deadChangesMin });
    onTestFinished(() => journal.close());
    return journal;
  };
  const text = () => readFileSync(path, 'utf8');
  return { folder, path, disk, problems, open, text };
}

/** Holds up the next sync. */
function hold(disk: FaultyDisk): { reached: Promise<void>; goOn: () => void } {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const reached = new Promise<void>((resolve) => {
    disk.beforeSync = () => {
      disk.beforeSync = () => Promise.resolve();
      resolve();
      return held;
    };
  });
  return { reached, goOn };
}

const put = (name: string) => ({ put: name, value: { name } });
const lineOf = (...names: string[]) => `${JSON.stringify({ changes: names.map(put) })}\n`;

async function namesIn(journal: Journal<Thing>): Promise<string[]> {
  return [...(await journal.all()).values()].map((thing) => thing.name);
}

describe('a journal', () => {
  it('is empty at first, and makes no file before there is something to keep', async () => {
    const { folder, open } = world();

    expect(await namesIn(await open())).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives back after a restart what was written', async () => {
    const { open } = world();
    const first = await open();
    await first.write([put('a'), put('b')]);
    await first.write([{ remove: 'a' }]);
    await first.write([{ put: 'b', value: { name: 'better', expiresAt: 2_000 } }]);
    await first.close();

    const second = await open();

    expect(await second.all()).toEqual(new Map([['b', { name: 'better', expiresAt: 2_000 }]]));
    expect(second.report).toEqual({ loaded: 1, invalid: 0, expired: 0 });
  });

  it('puts all changes of a write into one line', async () => {
    const { open, text } = world();
    const journal = await open();

    await journal.write([put('a'), put('b'), { remove: 'a' }]);

    expect(text().split('\n')).toHaveLength(2);
  });

  it.skipIf(process.platform === 'win32')('keeps its files closed to others, also one that was open', async () => {
    const { path, open } = world();
    writeFileSync(path, lineOf('a'), { mode: 0o644 });
    const journal = await open();

    await journal.write([put('b')]);

    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('refuses writes after it was closed', async () => {
    const { open } = world();
    const journal = await open();
    await journal.close();

    await expect(journal.write([put('a')])).rejects.toThrow('closed');
  });

  it('writes what waits before it closes', async () => {
    const { open } = world();
    const journal = await open();
    const write = journal.write([put('a')]);

    await journal.close();

    await write;
    expect(await namesIn(await open())).toEqual(['a']);
  });
});

describe('group commit', () => {
  it('resolves a write only after it was synced', async () => {
    const { disk, open } = world();
    const journal = await open();
    const order: string[] = [];
    disk.beforeSync = () => {
      order.push('sync');
      return Promise.resolve();
    };

    await journal.write([put('a')]).then(() => order.push('resolved'));

    expect(order).toEqual(['sync', 'resolved']);
  });

  it('lets writes that arrive together, or while the disk works, share a sync', async () => {
    const { disk, open } = world();
    const journal = await open();
    const together = Array.from({ length: 100 }, (_, index) => journal.write([put(`a${index}`)]));
    let later: Promise<void>[] = [];
    disk.beforeSync = () => {
      disk.beforeSync = () => Promise.resolve();
      later = Array.from({ length: 100 }, (_, index) => journal.write([put(`b${index}`)]));
      return Promise.resolve();
    };

    await Promise.all(together);
    await Promise.all(later);

    expect(later).toHaveLength(100);
    expect(disk.syncCount).toBe(2);
  });
});

describe('a file with damage', () => {
  it('loses a torn last line and nothing else, and never glues the next line to it', async () => {
    const { open } = world(lineOf('a') + lineOf('b').slice(0, 20));
    const first = await open();
    expect(await namesIn(first)).toEqual(['a']);
    await first.write([put('c')]);
    await first.close();

    const second = await open();

    expect(await namesIn(second)).toEqual(['a', 'c']);
    expect(second.report.invalid).toBe(0);
  });

  it('starts a new line behind a torn one when the disk does not let it tidy up', async () => {
    const { disk, open, text } = world(lineOf('a') + '{"changes":[{"put"');
    disk.broken.add('rename');
    const journal = await open();

    await journal.write([put('c')]);

    expect(text()).toBe(`${lineOf('a')}{"changes":[{"put"\n${lineOf('c')}`);
  });

  it('takes a whole last line without its line break', async () => {
    const { open } = world(lineOf('a') + lineOf('b').trimEnd());

    expect(await namesIn(await open())).toEqual(['a', 'b']);
  });

  it.each([
    ['text that is no JSON', 'nonsense'],
    ['another shape', '{"other":1}'],
    ['a value of the wrong type', '{"changes":[{"put":"x","value":{"name":1}}]}'],
    ['one bad change among good ones', '{"changes":[{"put":"x","value":{"name":"x"}},{"puts":"y"}]}'],
    ['JSON that is no object', '[1]'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ])('skips, counts and keeps aside a line with %s', async (_what, damage) => {
    const bytes = Buffer.concat([Buffer.from(lineOf('a')), Buffer.from(damage), Buffer.from(`\n${lineOf('b')}`)]);
    const { path, open } = world(bytes);

    const journal = await open();

    expect(await namesIn(journal)).toEqual(['a', 'b']);
    expect(journal.report).toEqual({ loaded: 2, invalid: 1, expired: 0 });
    expect(readFileSync(`${path}.rejected`)).toEqual(Buffer.concat([Buffer.from(damage), Buffer.from('\n')]));
  });

  it('keeps the damaged lines of several starts', async () => {
    const { path, open } = world('first\n');
    await open();
    writeFileSync(path, 'second\n', { flag: 'a' });

    await open();

    expect(readFileSync(`${path}.rejected`, 'utf8')).toBe('first\nsecond\n');
  });

  it('keeps no more than two generations of damaged lines', async () => {
    const { folder, path, open } = world('first\n');
    for (const damage of ['second', 'third', 'fourth']) {
      await open();
      truncateSync(`${path}.rejected`, 16 * 1024 * 1024);
      writeFileSync(path, `${damage}\n`, { flag: 'a' });
    }

    await open();

    expect(readdirSync(folder).sort()).toEqual(['things.jsonl', 'things.jsonl.rejected', 'things.jsonl.rejected.old']);
    expect(readFileSync(`${path}.rejected`, 'utf8')).toBe('fourth\n');
    expect(statSync(`${path}.rejected.old`).size).toBe(16 * 1024 * 1024);
  });

  it('leaves damaged lines in place when they cannot be kept aside', async () => {
    const { disk, problems, open, text } = world(`damaged\n${lineOf('a')}`);
    disk.broken.add('open');

    const journal = await open();

    expect(await namesIn(journal)).toEqual(['a']);
    expect(text()).toContain('damaged');
    expect(problems).toHaveLength(1);
  });

  it('upgrades lines of an older installation in place', async () => {
    const { open, text } = world('{"thing":"old"}\n');

    expect(await namesIn(await open())).toEqual(['old']);
    expect(text()).toBe(lineOf('old'));
  });

  it('forgets what is past its time, and counts it', async () => {
    const old = JSON.stringify({ changes: [{ put: 'x', value: { name: 'x', expiresAt: 1_000 } }] });
    const { open, text } = world(`${old}\n${lineOf('a')}`);

    expect((await open()).report).toEqual({ loaded: 1, invalid: 0, expired: 1 });
    expect(text()).toBe(lineOf('a'));
  });
});

describe('compaction', () => {
  it('happens at the start when dead lines outnumber the live ones', async () => {
    const { open, text } = world(lineOf('a') + lineOf('a') + lineOf('a'));

    await open();

    expect(text()).toBe(lineOf('a'));
  });

  it('happens while running, and loses nothing of what is written meanwhile', async () => {
    const { open, text } = world();
    const journal = await open();
    await journal.write([put('kept')]);
    const writes = Array.from({ length: 3_000 }, (_, index) => journal.write([put(`n${index % 3}`)]));
    await Promise.all(writes.slice(0, 1_500));
    await Promise.all([...writes, journal.write([put('last')])]);
    await journal.close();

    expect(text().length).toBeLessThan(100 * lineOf('n0').length);
    expect((await namesIn(await open())).sort()).toEqual(['kept', 'last', 'n0', 'n1', 'n2']);
  });

  it('that fails costs nobody a write, and the file stays as it was', async () => {
    const { disk, problems, open } = world();
    const journal = await open();
    disk.broken.add('rename');

    await Promise.all(Array.from({ length: 1_200 }, () => journal.write([put('a')])));
    await expect.poll(() => problems.length).toBeGreaterThan(0);
    await journal.write([put('b')]);
    await journal.close();

    disk.broken.clear();
    expect(await namesIn(await open())).toEqual(['a', 'b']);
  });

  it('keeps no write waiting while the new file is written, and has every change that comes meanwhile', async () => {
    const { disk, open, text } = world();
    const journal = await open(4);
    for (const name of ['removed', 'changed', 'kept', 'back']) await journal.write([put(name)]);
    disk.hold(/\.tmp$/);
    for (let round = 0; round < 5; round += 1) await journal.write([put('kept')]);
    await disk.held;

    await journal.write([{ remove: 'removed' }, { remove: 'back' }]);
    await journal.write([{ put: 'changed', value: { name: 'better' } }, put('new')]);
    await journal.write([put('back')]);
    expect(text().split('\n').length).toBeGreaterThan(12);
    disk.goOn();
    await expect.poll(() => text().split('\n').length).toBeLessThan(10);

    const names = ['back', 'better', 'kept', 'new'];
    expect((await namesIn(journal)).sort()).toEqual(names);
    await journal.write([put('last')]);
    await journal.close();
    expect((await namesIn(await open())).sort()).toEqual([...names, 'last'].sort());
  });

  it('puts in place what is on the disk, and syncs the folder before the next write is answered', async () => {
    const { disk, open, text } = world();
    const journal = await open(4);
    for (let round = 0; round < 6; round += 1) await journal.write([put('a')]);
    await expect.poll(() => disk.acts).toContain('rename things.jsonl.tmp');
    disk.acts.splice(0, disk.acts.lastIndexOf('create things.jsonl.tmp'));

    await journal.write([put('b')]);

    expect(disk.acts.filter((act) => act !== 'sync things.jsonl' || disk.acts.indexOf(act) > 3)).toEqual([
      'create things.jsonl.tmp',
      'sync things.jsonl.tmp',
      'sync things.jsonl.tmp',
      'rename things.jsonl.tmp',
      'open things.jsonl',
      'sync folder',
      'sync things.jsonl',
    ]);
    expect(text()).toBe(lineOf('a') + lineOf('b'));
  });

  it('is given up when the journal is closed meanwhile, and nothing is lost', async () => {
    const { disk, problems, open } = world();
    const journal = await open(4);
    disk.hold(/\.tmp$/);
    for (let round = 0; round < 6; round += 1) await journal.write([put('a')]);
    await disk.held;
    const closed = journal.close();
    disk.goOn();
    await closed;

    expect(problems).toEqual([]);
    expect(await namesIn(await open())).toEqual(['a']);
  });

  it('begins anew over what a killed one left', async () => {
    const { path, open, text } = world(lineOf('a') + lineOf('a') + lineOf('a'));
    writeFileSync(`${path}.tmp`, 'something longer than the file that is written, left by a process that was killed');

    await open();

    expect(text()).toBe(lineOf('a'));
  });
});

describe('a disk that fails', () => {
  it('rejects the writes that it refused, and no other', async () => {
    const { disk, open, text } = world();
    const journal = await open();
    await journal.write([put('a')]);
    disk.roomLeft = 10;

    const refused = await Promise.allSettled([journal.write([put('b')]), journal.write([put('c')])]);

    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(text()).toBe(lineOf('a'));

    disk.roomLeft = Infinity;
    await journal.write([put('d')]);
    await journal.close();
    const again = await open();
    expect(await namesIn(again)).toEqual(['a', 'd']);
    expect(again.report.invalid).toBe(0);
  });

  it('rejects writes that were not synced, and does not keep them', async () => {
    const { disk, open } = world();
    const journal = await open();
    disk.broken.add('sync');
    await expect(journal.write([put('a')])).rejects.toThrow('EIO');
    disk.broken.clear();

    await journal.write([put('b')]);

    expect(await namesIn(journal)).toEqual(['b']);
    expect(await namesIn(await open())).toEqual(['b']);
  });

  it('writes nothing behind remains that it could not cut off', async () => {
    const { disk, open, text } = world();
    const journal = await open();
    await journal.write([put('a')]);
    disk.roomLeft = 10;
    disk.broken.add('truncate');
    await expect(journal.write([put('b')])).rejects.toThrow('ENOSPC');
    disk.roomLeft = Infinity;
    await expect(journal.write([put('c')])).rejects.toThrow('EIO');
    disk.broken.clear();

    await journal.write([put('d')]);

    expect(text()).toBe(lineOf('a') + lineOf('d'));
  });

  it('takes a single write of any size: very many records may end at once', async () => {
    const { path, open } = world();
    const journal = await open();

    await journal.write([{ put: 'large', value: { name: 'x'.repeat(33 * 1024 * 1024) } }]);

    expect(statSync(path).size).toBeGreaterThan(32 * 1024 * 1024);
  });

  it('takes no more than it can hold while the disk hangs', async () => {
    const { disk, open } = world();
    const journal = await open();
    const disks = hold(disk);
    const hanging = journal.write([put('a')]);
    await disks.reached;
    const large = { put: 'large', value: { name: 'x'.repeat(20 * 1024 * 1024) } };
    const waiting = journal.write([large]);

    await expect(journal.write([large])).rejects.toThrow('too much waits');

    disks.goOn();
    await Promise.all([hanging, waiting]);
  });
});
