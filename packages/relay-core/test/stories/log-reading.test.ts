import { describe, expect, it } from 'vitest';
import type { LogEntry } from '@telepat/otto-protocol';
import { LogBook } from '../../src/logs/log-book.js';
import type { LogReader } from '../../src/logs/log-reading.js';
import type { PlainViewer } from '../../src/logs/visibility.js';
import type { ArchiveQuery, ArchiveStatus, LogArchive } from '../../src/ports/log-archive.js';
import { ManualClock, MemoryLog, SequentialIds, encodeUtf8 } from '../../src/testing/index.js';

const OWNER: LogReader = { name: 'owner', viewer: { seesAll: true, nodeIds: new Set() } };
const EARLIER = '2026-01-31T11:59:00.000Z';

/** An archive of some entries, which can be held up. */
class FakeArchive implements LogArchive {
  readonly queries: ArchiveQuery[] = [];
  readonly holdsMoreThanRecent: boolean;
  entries: readonly LogEntry[] = [];
  held = Promise.resolve();
  onExport = (): void => undefined;

  constructor(options: { holdsMoreThanRecent: boolean }) {
    this.holdsMoreThanRecent = options.holdsMoreThanRecent;
  }

  async list(query: ArchiveQuery, countMax: number): Promise<LogEntry[]> {
    this.queries.push(query);
    await this.held;
    return this.entries.slice(-countMax);
  }

  async *export(query: ArchiveQuery): AsyncGenerator<Uint8Array> {
    this.onExport();
    this.queries.push(query);
    await this.held;
    for (const { id } of this.entries) yield encodeUtf8(`${id}\n`);
  }

  status(): ArchiveStatus {
    return { retentionDays: 14, sizeBytes: 99, maxFileBytes: 1_024, totalEvents: 3, isCounting: true };
  }
}

function world(options: { holdsMoreThanRecent?: boolean; recent?: LogEntry[] } = {}) {
  const clock = new ManualClock();
  const archive = new FakeArchive({ holdsMoreThanRecent: options.holdsMoreThanRecent ?? true });
  const sink = new MemoryLog();
  const log = new LogBook({
    clock,
    ids: new SequentialIds(),
    sink,
    archive,
    recent: options.recent ?? [],
    reportBug: (error) => expect(error).toBeUndefined(),
  });
  const note = (requestId: string) => log.write({ level: 'info', source: 'relay', type: 'error', requestId });
  return { clock, archive, log, note, sink };
}

function archived(id: string, timestamp = EARLIER): LogEntry {
  return { id, timestamp, level: 'info', source: 'relay', type: 'error', requestId: id };
}

async function collected(chunks: AsyncIterable<Uint8Array | string>): Promise<(Uint8Array | string)[]> {
  const found = [];
  for await (const chunk of chunks) found.push(chunk);
  return found;
}

const idsOf = (entries: readonly LogEntry[]) => entries.map(({ requestId }) => requestId);

describe('a list of log entries', () => {
  it('is answered from memory when that has enough of them', async () => {
    const { log, archive, note } = world();
    note('r1');
    note('r2');

    expect(idsOf(await log.reading.list(OWNER, { latest: 2 }))).toEqual(['r1', 'r2']);
    expect(archive.queries).toEqual([]);
  });

  it('is answered from memory when that reaches back far enough', async () => {
    const { log, archive, clock, note } = world();
    note('r1');
    clock.advance(1);
    note('r2');

    expect(idsOf(await log.reading.list(OWNER, { since: '2026-01-31T12:00:00.001Z' }))).toEqual(['r2']);
    expect(archive.queries).toEqual([]);
    // Others of the oldest entry's time may be forgotten.
    await log.reading.list(OWNER, { since: '2026-01-31T12:00:00.000Z' });
    expect(archive.queries).toHaveLength(1);
  });

  it('never asks the archive of a relay whose memory is all that there is', async () => {
    const { log, archive, note } = world({ holdsMoreThanRecent: false, recent: [archived('a')] });
    note('r1');

    expect(idsOf(await log.reading.list(OWNER, { since: '2000-01-01T00:00:00Z' }))).toEqual(['a', 'r1']);
    expect(archive.queries).toEqual([]);
  });

  it('has what archive and memory know once, the oldest first, and no more of the newest than was asked for', async () => {
    const { log, archive, note } = world();
    note('r1');
    note('r2');
    const first = log.query(OWNER.viewer, {})[0]!;
    archive.entries = [archived('b'), archived('c'), first];

    expect(idsOf(await log.reading.list(OWNER, {}))).toEqual(['b', 'c', 'r1', 'r2']);
    expect(idsOf(await log.reading.list(OWNER, { latest: 3 }))).toEqual(['c', 'r1', 'r2']);
  });

  it('looks back an hour, or over all that there is for one request', async () => {
    const { log, archive } = world();

    await log.reading.list(OWNER, {});
    await log.reading.list(OWNER, { requestId: 'r1', level: 'warn', source: 'all' });

    expect(archive.queries.map(({ filter }) => filter)).toEqual([
      { since: '2026-01-31T11:00:00.000Z' },
      { since: '', requestId: 'r1', level: 'warn' },
    ]);
  });
});

describe('queries of the archive', () => {
  const reader = (name: string, viewer: PlainViewer = OWNER.viewer): LogReader => ({ name, viewer });

  it('run one at a time for each reader, and eight in all', async () => {
    const { log, archive } = world();
    let goOn = () => {};
    archive.held = new Promise((resolve) => (goOn = resolve));
    const running = Array.from({ length: 8 }, (_, index) => log.reading.list(reader(`r${index}`), {}));

    await expect(log.reading.list(reader('r0'), {})).rejects.toMatchObject({ code: 'too_many_queries' });
    await expect(log.reading.export(reader('r8'), {})).rejects.toMatchObject({ code: 'too_many_queries' });
    goOn();
    await Promise.all(running);

    await expect(log.reading.list(reader('r0'), {})).resolves.toEqual([]);
  });

  it('of controllers leave one for the owner of the relay', async () => {
    const { log, archive } = world();
    let goOn = () => {};
    archive.held = new Promise((resolve) => (goOn = resolve));
    const controller: PlainViewer = { seesAll: false, clientId: 'alice', nodeIds: new Set() };
    const running = Array.from({ length: 7 }, (_, index) => log.reading.list(reader(`c${index}`, controller), {}));

    await expect(log.reading.list(reader('c7', controller), {})).rejects.toMatchObject({ code: 'too_many_queries' });
    running.push(log.reading.list(OWNER, {}));
    await expect(log.reading.list(reader('admin'), {})).rejects.toMatchObject({ code: 'too_many_queries' });
    goOn();

    await expect(Promise.all(running)).resolves.toHaveLength(8);
  });

  it('make room when they fail', async () => {
    const { log, archive } = world();
    archive.held = Promise.reject(new Error('broken'));
    await expect(log.reading.list(OWNER, {})).rejects.toThrow('broken');
    await expect(log.reading.export(OWNER, {})).rejects.toThrow('broken');

    archive.held = Promise.resolve();

    await expect(log.reading.list(OWNER, {})).resolves.toEqual([]);
  });

  it('of an export make room when it ends, is given up, or its reader hangs up', async () => {
    const { log, archive } = world();
    archive.entries = [archived('a'), archived('b')];

    expect(await collected(await log.reading.export(OWNER, {}))).toEqual([encodeUtf8('a\n'), encodeUtf8('b\n')]);
    for await (const _chunk of await log.reading.export(OWNER, {})) break;
    const hangups: (() => void)[] = [];
    const hangup = { aborted: false, addEventListener: (_type: 'abort', run: () => void) => void hangups.push(run) };
    await log.reading.export(OWNER, {}, hangup);
    for (const hangUp of hangups) hangUp();

    await expect(log.reading.export(OWNER, {})).resolves.toBeDefined();
  });
});

describe('an export', () => {
  it('looks back a day, and gives the newest matches alone when latest is asked for', async () => {
    const { log, archive, note } = world();
    await collected(await log.reading.export(OWNER, {}));
    expect(archive.queries[0]?.filter).toEqual({ since: '2026-01-30T12:00:00.000Z' });

    note('r1');
    note('r2');
    const [line, ...more] = await collected(await log.reading.export(OWNER, { latest: 1 }));

    expect(more).toEqual([]);
    expect(JSON.parse(String(line))).toMatchObject({ requestId: 'r2' });
  });

  it('has in its files what was written a moment before', async () => {
    const { log, archive, sink } = world();
    const inFiles: (string | undefined)[] = [];
    archive.onExport = () => inFiles.push(...idsOf(sink.entries));
    log.writeSoon({ level: 'info', source: 'relay', type: 'error', requestId: 'r1' });
    await collected(await log.reading.export(OWNER, {}));

    expect(inFiles).toEqual(['r1']);
  });

  it('of a relay that keeps no files gives what it remembers', async () => {
    const reportBug = (error: unknown) => expect(error).toBeUndefined();
    const sink = { write: () => undefined };
    const log = new LogBook({ clock: new ManualClock(), ids: new SequentialIds(), sink, reportBug });
    log.write({ level: 'info', source: 'relay', type: 'error', requestId: 'r1' });

    const lines = await collected(await log.reading.export(OWNER, {}));

    expect(lines.map((line) => (JSON.parse(String(line)) as LogEntry).requestId)).toEqual(['r1']);
    expect(log.reading.status()).toMatchObject({ totalEvents: 1, sizeBytes: 0, isCounting: false });
  });
});

it('the status is that of the archive, with the time of the newest entry in memory', () => {
  const { log, note } = world();
  note('r1');

  expect(log.reading.status()).toEqual({
    retentionDays: 14,
    totalEvents: 3,
    sizeBytes: 99,
    maxFileBytes: 1_024,
    newest: '2026-01-31T12:00:00.000Z',
    isCounting: true,
  });
});
