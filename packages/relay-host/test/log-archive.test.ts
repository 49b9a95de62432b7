import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LogEntry } from '@telepat/otto-protocol';
import { LogBook, type PlainViewer } from '@telepat/otto-relay-core';
import { SequentialIds } from '@telepat/otto-relay-core/testing';
import { nodeDisk } from '../src/disk.js';
import { FileArchive } from '../src/oplog/file-archive.js';
import { KnownFiles } from '../src/oplog/known-files.js';
import { parseEntry } from '../src/oplog/entry-scan.js';
import { readableFiles } from '../src/oplog/readable-files.js';
import type { ReadingAnswer } from '../src/oplog/reading-messages.js';
import { ReadingShift } from '../src/oplog/reading-shift.js';
import { runTask } from '../src/oplog/reading-tasks.js';
import { ReadingThread } from '../src/oplog/reading-thread.js';
import { Child } from './support/child.js';
import { readingProgram } from './support/reading-program.js';
import { client, startRelay } from './support/relay-world.js';
import {
  FILE,
  OPERATOR,
  WatchedFiles,
  doTask,
  logEntry,
  logWorld,
  queryOf,
  writeLogFile,
} from './support/log-world.js';
import { tempFolder } from './support/temp-folder.js';

const LOG_WRITER = new URL('./children/log-writer.ts', import.meta.url);
const KIBIBYTE = 1_024;

/** Entries of one day, evenly over it. */
function dayOf(day: string, count: number, facts: Partial<LogEntry> = {}): LogEntry[] {
  const startsAt = Date.parse(day);
  return Array.from({ length: count }, (_, index) => {
    const timestamp = new Date(startsAt + Math.floor((index * 86_400_000) / count)).toISOString();
    const id = `${day.replaceAll('-', '')}${String(index).padStart(18, '0')}`;
    return logEntry(id, { timestamp, requestId: `req_${day}_${index >> 1}`, ...facts });
  });
}

/** Three days of entries, some of them in the file of old builds. */
function archive(perDay = 10): { folder: string; ids: string[] } {
  const folder = tempFolder();
  const days = ['2026-03-06', '2026-03-07', '2026-03-08', '2026-03-09'];
  const names = ['operations.jsonl', ...days.slice(1).map((day) => `operations-${day}.jsonl`)];
  const entries = days.map((day) => dayOf(day, perDay));
  for (const [index, name] of names.entries()) writeLogFile(folder, name, entries[index] ?? []);
  return { folder, ids: entries.flat().map(({ id }) => id) };
}

describe('reading the log files', () => {
  it('gives the newest matches of a list, and every match of an export, oldest first', async () => {
    const { folder, ids } = archive();

    expect((await doTask(folder, { kind: 'list', query: queryOf(), countMax: 15 })).ids).toEqual(ids.slice(-15));
    expect((await doTask(folder, { kind: 'export', query: queryOf() })).ids).toEqual(ids);
    const since = queryOf({ since: '2026-03-08T12:00:00.000Z' });
    expect((await doTask(folder, { kind: 'list', query: since, countMax: 99 })).ids).toEqual(ids.slice(25));
    expect((await doTask(folder, { kind: 'export', query: since })).ids).toEqual(ids.slice(25));
  });

  it('opens no file outside the time that is asked for', async () => {
    const { folder } = archive();
    const query = queryOf({ since: '2026-03-08T00:00:00.000Z' });

    for (const task of [{ kind: 'list', query, countMax: 10_000 } as const, { kind: 'export', query } as const]) {
      const { watch } = await doTask(folder, task);
      expect(watch.opened.toSorted()).toEqual(['operations-2026-03-08.jsonl', 'operations-2026-03-09.jsonl']);
      expect(watch.closedCount).toBe(2);
    }
  });

  it('finds the newest few from the end, without reading the rest', async () => {
    const { folder } = archive(20_000);

    const { ids, watch } = await doTask(folder, { kind: 'list', query: queryOf({ source: 'relay' }), countMax: 50 });

    expect(ids).toHaveLength(50);
    expect(watch.opened).toEqual(['operations-2026-03-09.jsonl']);
    expect(watch.bytesRead).toBeLessThanOrEqual(512 * KIBIBYTE);
    expect(statSync(join(folder, 'operations-2026-03-09.jsonl')).size).toBeGreaterThan(3_000 * KIBIBYTE);
  });

  it('stops looking back soon after the time that is asked for', async () => {
    const { folder } = archive(20_000);
    const query = queryOf({ since: '2026-03-09T23:00:00.000Z' });

    const { watch } = await doTask(folder, { kind: 'list', query, countMax: 10_000 });

    expect(watch.bytesRead).toBeLessThanOrEqual(1_024 * KIBIBYTE);
  });

  it('reads no more at a time however large a file is', async () => {
    const { folder, ids } = archive(20_000);
    const query = queryOf({ requestId: 'req_2026-03-06_5' });

    const list = await doTask(folder, { kind: 'list', query, countMax: 10_000 });
    const all = await doTask(folder, { kind: 'export', query: queryOf() });

    expect(list.ids).toEqual([ids[10], ids[11]]);
    expect(all.ids).toHaveLength(80_000);
    expect(list.watch.largestRead).toBeLessThanOrEqual(512 * KIBIBYTE);
    expect(all.watch.largestRead).toBeLessThanOrEqual(256 * KIBIBYTE);
  });

  it('parses only lines that name the request, and none for an operator who exports', async () => {
    const { folder } = archive(1_000);
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());

    await doTask(folder, { kind: 'list', query: queryOf({ requestId: 'req_2026-03-07_5' }), countMax: 99 });
    expect(parse).toHaveBeenCalledTimes(2);
    parse.mockClear();
    await doTask(folder, { kind: 'export', query: queryOf({ since: '2026-03-07T12:00:00.000Z' }) });
    expect(parse).not.toHaveBeenCalled();
  });

  it('passes over what is torn, damaged, empty or too long, wherever it stands', async () => {
    const folder = tempFolder();
    const [first, second, third] = dayOf('2026-03-09', 3).map((entry) => JSON.stringify(entry));
    const long = JSON.stringify(logEntry('long', { data: { text: 'x'.repeat(700_000) } }));
    const bad = ['{"id":"torn","time', '', 'damage', '{"id":"odd"}', long, '[]'].join('\n');
    writeFileSync(join(folder, FILE), `${bad}\n${first}\n${bad}\n${second}\n${bad}\n${third}\n{"id":"last`);

    const list = await doTask(folder, { kind: 'list', query: queryOf(), countMax: 99 });
    const warned = await doTask(folder, { kind: 'export', query: queryOf({ level: 'info' }) });
    const raw = await doTask(folder, { kind: 'export', query: queryOf() });

    expect(list.lines).toEqual([first, second, third]);
    expect(warned.lines).toEqual([first, second, third]);
    for (const line of raw.lines) expect(() => void JSON.parse(line)).not.toThrow();
    expect(raw.lines).toEqual(expect.arrayContaining([first, second, third]));
  });

  it('copies no line with a hole, as a loss of power leaves one, and parses what begins in another way', async () => {
    const folder = tempFolder();
    const [first, second] = dayOf('2026-03-09', 2).map((entry) => JSON.stringify(entry));
    const holed = `${first?.slice(0, 120)}${'\0'.repeat(40)}${second?.slice(-20)}`;
    const { id, ...facts } = logEntry('old');
    const older = JSON.stringify({ ...facts, id });
    writeFileSync(join(folder, FILE), [holed, '{"type":"torn}', older, first, holed, second, ''].join('\n'));

    for (const since of ['', '2026-03-08T00:00:00.000Z']) {
      const { lines } = await doTask(folder, { kind: 'export', query: queryOf({ since }) });
      expect(lines).toEqual([older, first, second]);
    }
  });

  it('reads what is left of a file that somebody has emptied since', async () => {
    const { folder, ids } = archive();
    const known = await KnownFiles.of(nodeDisk(), folder);
    const files = known.newestFirst().map(({ name, day, size }) => ({ name, day, size }));
    writeFileSync(join(folder, 'operations-2026-03-08.jsonl'), '');

    for (const kind of ['list', 'export'] as const) {
      const steps = [...runTask({ kind, files, query: queryOf(), countMax: 99 }, readableFiles(folder))];
      const text = steps.map((chunk) => Buffer.from(chunk ?? []).toString('utf8')).join('');
      expect(text.trimEnd().split('\n')).toHaveLength(ids.length - 10);
    }
  });

  it('has the lines that cross its blocks, of any length', async () => {
    const folder = tempFolder();
    const entries = dayOf('2026-03-09', 6_000).map((entry, index) => ({
      ...entry,
      data: { text: 'ä'.repeat((index * 37) % 331) },
    }));
    writeLogFile(folder, FILE, entries);
    const ids = entries.map(({ id }) => id);

    expect((await doTask(folder, { kind: 'list', query: queryOf(), countMax: 10_000 })).ids).toEqual(ids);
    expect((await doTask(folder, { kind: 'export', query: queryOf() })).ids).toEqual(ids);
    expect((await doTask(folder, { kind: 'count' })).lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { name: FILE, lines: 6_000, oldest: '2026-03-09T00:00:00.000Z' },
    ]);
  });

  it('shows each caller what the live log would, and looks at bytes for it first', async () => {
    const folder = tempFolder();
    const own = { clientId: 'clt_a' };
    writeLogFile(folder, FILE, [
      logEntry('own', own),
      logEntry('other', { clientId: 'clt_b' }),
      logEntry('node', { source: 'node', nodeId: 'n1' }),
      logEntry('foreignNode', { source: 'node', nodeId: 'n2', data: { says: 'clt_a' } }),
      logEntry('relay'),
      logEntry('stranger', { type: 'auth_rejected' }),
      logEntry('owned', { source: 'node', nodeId: 'n1', clientId: 'clt_b' }),
    ]);
    const alice: PlainViewer = { seesAll: false, clientId: 'clt_a', nodeIds: new Set(['n1']) };
    const many: PlainViewer = {
      ...alice,
      nodeIds: new Set(Array.from({ length: 40 }, (_, index) => `n${index * 3 + 1}`)),
    };

    for (const viewer of [alice, many]) {
      expect((await doTask(folder, { kind: 'export', query: queryOf({}, viewer) })).ids).toEqual([
        'own',
        'node',
        'relay',
      ]);
      const newest = { kind: 'list', query: queryOf({}, viewer), countMax: 2 } as const;
      expect((await doTask(folder, newest)).ids).toEqual(['node', 'relay']);
    }
  });
});

describe('the thread that reads', () => {
  it('works on its tasks in turn, rests while nobody takes chunks, and closes files of what is cancelled', () => {
    const { folder } = archive(20_000);
    const watch = new WatchedFiles(folder);
    const answers: ReadingAnswer[] = [];
    const turns: (() => void)[] = [];
    const shift = new ReadingShift({
      filesOf: () => watch.open,
      answer: (answer) => answers.push(answer),
      afterOthers: (run) => turns.push(run),
    });
    const files = [{ name: 'operations-2026-03-09.jsonl', day: '2026-03-09', size: 3_000 * KIBIBYTE }];
    const runTurns = () => {
      for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn();
    };

    shift.take({ type: 'begin', id: 1, folder, task: { kind: 'export', files, query: queryOf() } });
    shift.take({ type: 'begin', id: 2, folder, task: { kind: 'export', files, query: queryOf() } });
    runTurns();
    expect(answers.map(({ id }) => id)).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);

    shift.take({ type: 'more', id: 1 });
    runTurns();
    expect(answers).toHaveLength(9);

    shift.take({ type: 'cancel', id: 1 });
    shift.take({ type: 'cancel', id: 2 });
    runTurns();
    expect(answers).toHaveLength(9);
    expect(watch.closedCount).toBe(2);
  });

  async function thread(folder: string): Promise<ReadingThread> {
    const program = await readingProgram();
    const reading = new ReadingThread({ folder, program, reportProblem: () => undefined });
    onTestFinished(() => reading.close());
    return reading;
  }

  it('that dies fails its tasks in words, and the next task gets a new one', async () => {
    const { folder } = archive();
    const broken = new ReadingThread({
      folder,
      program: new URL(`data:text/javascript,throw new Error('it broke')`),
      reportProblem: () => undefined,
    });
    onTestFinished(() => broken.close());
    const task = { kind: 'count', files: [] } as const;

    for (let round = 0; round < 2; round += 1) {
      await expect(broken.run(task).next()).rejects.toMatchObject({
        code: 'log_unavailable',
        message: expect.stringContaining('it broke') as string,
      });
    }
    await expect((await thread(folder)).run(task).next()).resolves.toMatchObject({ done: true });
  });

  it('tells what a disk says that does not read', async () => {
    const reading = await thread('/dev/null/nowhere');
    const files = [{ name: FILE, day: '2026-03-10', size: 1 }];

    await expect(reading.run({ kind: 'count', files }).next()).rejects.toMatchObject({ code: 'log_unavailable' });
  });

  it('ends the task of whoever hangs up', async () => {
    const { folder } = archive();
    const reading = await thread(folder);
    const hangup = new AbortController();
    const files = [{ name: 'operations-2026-03-09.jsonl', day: '2026-03-09', size: 1 }];
    const step = reading.run({ kind: 'count', files }, hangup.signal).next();
    hangup.abort();

    await expect(step).rejects.toMatchObject({ code: 'log_unavailable' });
    await expect(reading.run({ kind: 'count', files: [] }, hangup.signal).next()).rejects.toBeDefined();
    await expect(reading.run({ kind: 'count', files: [] }).next()).resolves.toMatchObject({ done: true });
  });

  it('at the seam of memory, queue and files shows every entry once, while batches are being written', async () => {
    const world = await logWorld({ maxFileBytes: 20_000 });
    const { known, clock, folder, log: writer } = world;
    const reading = await thread(folder);
    const archiveOptions = { known, writer, thread: reading, maxFileBytes: 20_000, reportProblem: () => undefined };
    const reportBug = (error: unknown) => expect(error).toBeUndefined();
    const log = new LogBook({
      clock,
      ids: new SequentialIds(),
      sink: writer,
      archive: new FileArchive({ ...archiveOptions, holdsMoreThanRecent: true }),
      reportBug,
    });
    const reader = { name: 'owner', viewer: OPERATOR };
    let count = 0;
    let isWriting = true;
    const writing = (async () => {
      while (isWriting) {
        for (let some = 0; some < 7; some += 1) {
          log.write({ level: 'info', source: 'relay', type: 'error', requestId: String(count++) });
        }
        // Time enough for a batch now and then.
        clock.advance(count % 3 === 0 ? 10 : 1);
        await pause(1);
      }
    })();

    for (let round = 0; round < 15; round += 1) {
      const countBefore = count;
      const listed = log.reading.list(reader, { since: '2000-01-01T00:00:00Z' });
      const exported = log.reading.export({ ...reader, name: 'exporter' }, { since: '2000-01-01T00:00:00Z' });
      const wanted = Array.from({ length: countBefore }, (_, index) => String(index));
      expect((await listed).map(({ requestId }) => requestId).slice(0, countBefore)).toEqual(wanted);
      let text = '';
      for await (const chunk of await exported) text += Buffer.from(chunk as Uint8Array).toString('utf8');
      const lines = text
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '');
      expect(lines.map((line) => parseEntry(line)?.requestId)).toEqual(wanted);
    }
    isWriting = false;
    await writing;
    expect(known.newestFirst().length).toBeGreaterThan(3);
  });
});

/** The real program of the reading thread; but the first thread that runs it ends while whoever asked takes chunks. */
async function mortalProgram(): Promise<URL> {
  const folder = tempFolder();
  const program = await readingProgram(folder);
  const [wrapper, mark] = [join(folder, 'mortal.cjs'), join(folder, 'died')];
  writeFileSync(
    wrapper,
    `const { existsSync, writeFileSync } = require('node:fs');
    const { parentPort } = require('node:worker_threads');
    const post = parentPort.postMessage.bind(parentPort);
    let chunkCount = 0;
    parentPort.postMessage = (answer, transfer) => {
      if (answer.type === 'chunk') chunkCount += 1;
      // The sixth is made when some of the first four were taken.
      if (chunkCount === 6 && !existsSync(${JSON.stringify(mark)})) {
        writeFileSync(${JSON.stringify(mark)}, '');
        process.exit(1);
      }
      post(answer, transfer);
    };
    require(${JSON.stringify(fileURLToPath(program))});`,
  );
  return pathToFileURL(wrapper);
}

describe('the log of a running relay', () => {
  const recently = (msAgo: number) => new Date(Date.now() - msAgo).toISOString();
  const dayName = (time: string) => `operations-${time.slice(0, 10)}.jsonl`;

  /** A relay over twelve thousand entries of three days ago, so that memory does not reach back to the first. */
  async function relayOverArchive(env: Record<string, string> = {}, program?: URL) {
    const folder = tempFolder();
    const timestamp = recently(3 * 86_400_000);
    const entries = Array.from({ length: 12_000 }, (_, index) =>
      logEntry(`01${String(index).padStart(24, '0')}`, {
        timestamp,
        requestId: `old${index}`,
        nodeId: `n${index % 2}`,
      }),
    );
    writeLogFile(folder, dayName(timestamp), entries);
    const server = await startRelay(folder, env, { readingProgram: program ?? (await readingProgram()) });
    const { port } = server.address;
    const http = client(port, folder);
    const headers = { authorization: `Bearer ${http.operatorToken()}` };
    const url = `http://127.0.0.1:${port}/api/logs/export?since=2000-01-01T00:00:00Z`;
    return { folder, timestamp, http, port, headers, url };
  }

  it('is listed, exported and counted as far back as its files go', async () => {
    const { http, folder, timestamp, port } = await relayOverArchive();

    const found = await http.asOperator('/api/logs?requestId=old3');
    const head = await fetch(`http://127.0.0.1:${port}/api/logs/export?since=2000-01-01T00:00:00Z`, {
      headers: { authorization: `Bearer ${http.operatorToken()}` },
    });
    const lines = (await head.text()).trimEnd().split('\n');

    expect(found.body['logs']).toMatchObject([{ requestId: 'old3' }]);
    expect(head.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines.slice(0, 12_000)).toEqual(
      readFileSync(join(folder, dayName(timestamp)), 'utf8')
        .trimEnd()
        .split('\n'),
    );
    expect(lines.slice(12_000).map((line) => (JSON.parse(line) as LogEntry).type)).toContain('relay_started');
    await expect.poll(async () => (await http.asOperator('/api/logs/status')).body['counting']).toBeUndefined();
    const { body } = await http.asOperator('/api/logs/status');
    expect(body).toMatchObject({
      retentionDays: 14,
      oldest: timestamp,
      windowing: { mode: 'daily', maxFileBytes: 104_857_600 },
    });
    expect(body['totalEvents']).toBeGreaterThan(12_000);
    const short = await http.get('/api/logs/status');
    expect(Object.keys(short.body).sort()).toEqual(['retentionDays', 'sizeBytes']);
  });

  it('is given up when whoever exports it hangs up, and asked for anew', async () => {
    const { headers, url } = await relayOverArchive();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers }, resolve).on('error', reject);
    });
    answer.pause();

    const status = async () => (await fetch(url, { headers })).status;
    const first = await status();
    answer.destroy();

    // Small enough to be on its way already, an export may have ended before.
    expect([200, 429]).toContain(first);
    await expect.poll(status).toBe(200);
  });

  it('breaks an export off when its reader dies in the middle of it, and goes on with everything else', async () => {
    const { http, url, headers } = await relayOverArchive({}, await mortalProgram());

    const exported = await fetch(url, { headers });
    await expect(exported.text()).rejects.toThrow();

    expect((await http.get('/healthz')).status).toBe(200);
    const again = await fetch(url, { headers });
    expect((await again.text()).split('\n').length).toBeGreaterThan(12_000);
  });

  it('answers a list whose reader dies in the middle of it, and the next one is whole', async () => {
    const { http } = await relayOverArchive({}, await mortalProgram());
    const path = '/api/logs?since=2000-01-01T00:00:00Z&nodeId=n1';

    const first = await http.asOperator(path);
    const second = await http.asOperator(path);

    expect(first).toMatchObject({ status: 503, body: { code: 'log_unavailable' } });
    expect(second.body['logs']).toHaveLength(6_000);
  });
});

it('a relay that is killed loses no more than the entries of the last batch', async () => {
  const folder = tempFolder();
  const child = await Child.start(LOG_WRITER, [folder]);
  await expect.poll(() => child.lines.length, { timeout: 20_000 }).toBeGreaterThan(150);
  await child.kill('SIGKILL');

  const due = Number(child.lines.at(-1));
  const { ids } = await doTask(folder, { kind: 'export', query: queryOf() });

  expect(ids.slice(0, due)).toEqual(Array.from({ length: due }, (_, index) => String(index + 1)));
  expect(due).toBeGreaterThan(2_000);
});
