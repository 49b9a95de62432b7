import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JournalRecord } from '@telepat/otto-relay-core';
import { CommandJournalFile } from '../src/stores/command-journal-file.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { tempFolder } from './support/temp-folder.js';

const DAY_MS = 86_400_000;
const NOW = 1_769_860_800_000;

function world(content?: string) {
  const path = join(tempFolder(), 'commands.jsonl');
  if (content !== undefined) writeFileSync(path, content);
  const disk = new FaultyDisk();
  const problems: unknown[] = [];
  const clock = { now: NOW };
  const open = async (compactionBytesMin = 8 * 1024 * 1024) => {
    const reportProblem = (error: unknown) => problems.push(error);
    const now = () => clock.now;
    const journal = new CommandJournalFile({ disk, path, now, reportProblem, compactionBytesMin });
    onTestFinished(() => journal.close());
    return { journal, records: await journal.load() };
  };
  return { path, disk, problems, clock, open, text: () => readFileSync(path, 'utf8') };
}

const ids = (key: string) => ({ identity: 'alice', nodeId: 'n1', key, requestId: `request of ${key}` });

function routing(key: string, at = NOW): JournalRecord {
  return { kind: 'routing', ...ids(key), hash: 'h', at };
}

function outcome(key: string, data: unknown): JournalRecord {
  return { kind: 'outcome', ...ids(key), outcome: { messageType: 'result', payload: { ok: true, data } } };
}

describe('the journal of durable commands', () => {
  it('gives back after a restart what was appended, and the outcomes on request', async () => {
    const { open } = world();
    const { journal } = await open();
    await journal.append(routing('k1'));
    await journal.append(outcome('k1', 'é'));
    await journal.append(routing('k2'));
    await journal.close();

    const { journal: again, records } = await open();
    expect(records.map(({ kind, key }) => [kind, key])).toEqual([
      ['routing', 'k1'],
      ['outcome', 'k1'],
      ['routing', 'k2'],
    ]);
    const stored = records.find((record) => record.kind === 'outcome');
    expect(stored).toMatchObject({ isOmitted: false });
    expect(JSON.stringify(stored)).not.toContain('é');
    expect(stored?.kind === 'outcome' && (await again.read(stored.ref))).toEqual({
      messageType: 'result',
      payload: { ok: true, data: 'é' },
    });
  });

  it('records that arrive together share a sync', async () => {
    const { disk, open } = world();
    const { journal } = await open();
    disk.syncCount = 0;
    await Promise.all(Array.from({ length: 200 }, (_, at) => journal.append(routing(`k${at}`))));
    expect(disk.syncCount).toBeLessThanOrEqual(3);
  });

  it('a full disk rejects what it could not take, and takes the next when there is room again', async () => {
    const { disk, open } = world();
    const { journal } = await open();
    await journal.append(routing('k1'));
    disk.roomLeft = 10;
    await expect(journal.append(routing('k2'))).rejects.toThrow('ENOSPC');
    expect(journal.problem()).toContain('ENOSPC');
    disk.roomLeft = Infinity;
    await journal.append(routing('k3'));
    expect(journal.problem()).toBeUndefined();
    await journal.close();
    expect((await open()).records.map(({ key }) => key)).toEqual(['k1', 'k3']);
  });

  it('a torn last line and a damaged one are set aside, and nothing is glued to them', async () => {
    const lines = [routing('k1'), 'damage', outcome('k1', 1)];
    const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
    const { path, open } = world(`${text}{"kind":"rout`);
    const { journal, records } = await open();
    expect(records.map(({ kind }) => kind)).toEqual(['routing', 'outcome']);
    expect(journal.report).toMatchObject({ loaded: 1, invalid: 2 });
    expect(readFileSync(`${path}.rejected`, 'utf8')).toBe('damage\n{"kind":"rout\n');
    await journal.append(routing('k2'));
    await journal.close();
    expect((await open()).records).toHaveLength(3);
  });

  it('what is closed or older than a day leaves the file at the next start', async () => {
    const { clock, open, text } = world();
    const { journal } = await open();
    await journal.append(routing('old', NOW - 1_000));
    await journal.append(outcome('old', 'gone'));
    await journal.append(routing('closed'));
    await journal.append({ kind: 'closed', ...ids('closed') });
    await journal.append(routing('kept'));
    await journal.close();

    clock.now = NOW + DAY_MS - 500;
    const { records } = await open();
    expect(records.map(({ key }) => key)).toEqual(['kept']);
    expect(text()).toBe(`${JSON.stringify(routing('kept'))}\n`);
  });

  it('a file that is mostly history is written anew while it runs, and its outcomes are still found', async () => {
    const { clock, path, open } = world();
    const { journal } = await open();
    const big = 'x'.repeat(60_000);
    for (let at = 0; at < 160; at += 1) {
      await journal.append(routing(`old${at}`));
      await journal.append(outcome(`old${at}`, big));
    }
    clock.now += DAY_MS + 1;
    await journal.append(routing('new', clock.now));
    const ref = await journal.append(outcome('new', 'found'));
    await journal.append(routing('after', clock.now));
    // It is written beside the appends.
    await expect.poll(() => statSync(path).size).toBeLessThan(5_000);
    expect(await journal.read(ref)).toEqual({ messageType: 'result', payload: { ok: true, data: 'found' } });
  });

  it('appends do not wait for a rewrite, and it loses and revives nothing of what comes meanwhile', async () => {
    const { disk, open, text } = world();
    const { journal } = await open(1_000);
    await journal.append(routing('kept'));
    const early = await journal.append(outcome('kept', 'early'));
    await journal.append(routing('closing'));
    disk.hold(/\.tmp$/);
    for (let at = 0; at < 20; at += 1) {
      await journal.append(routing(`dead${at}`));
      await journal.append({ kind: 'closed', ...ids(`dead${at}`) });
    }
    await disk.held;

    await journal.append({ kind: 'closed', ...ids('closing') });
    await journal.append(routing('late'));
    const late = await journal.append(outcome('late', 'late'));
    disk.goOn();
    await expect.poll(text).not.toContain('"dead0"');

    expect(await journal.read(early)).toMatchObject({ payload: { data: 'early' } });
    expect(await journal.read(late)).toMatchObject({ payload: { data: 'late' } });
    await journal.close();
    const { records, journal: again } = await open();
    expect(records.map(({ key }) => key)).toEqual(['kept', 'kept', 'late', 'late']);
    const read = records.flatMap((record) => (record.kind === 'outcome' ? [again.read(record.ref)] : []));
    expect((await Promise.all(read)).map(({ payload }) => payload['data'])).toEqual(['early', 'late']);
  });

  it('only its owner can read it', async () => {
    const { path, open } = world();
    const { journal } = await open();
    await journal.append(routing('k1'));
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('a line without its key is damaged, not believed', async () => {
    const { path, open } = world('');
    appendFileSync(path, '{"kind":"routing","identity":"a","nodeId":"n1","requestId":"r","hash":"h","at":1}\n');
    expect((await open()).records).toEqual([]);
  });
});
