import { describe, expect, it } from 'vitest';
import type { LogEntry } from '@telepat/otto-protocol';
import { LogBook } from '../../src/logs/log-book.js';
import type { LogEvent } from '../../src/logs/log-event.js';
import { plainLineOf } from '../../src/logs/plain-line.js';
import type { LogBatch } from '../../src/ports/log-sink.js';
import type { Viewer } from '../../src/logs/visibility.js';
import {
  ManualClock,
  MemoryLog,
  SequentialIds,
  decodeUtf8,
  encodeUtf8,
  settled,
  testRelay,
} from '../../src/testing/index.js';

const EVERYTHING: Viewer = { seesAll: true, nodeIds: new Set() };
const MINUTE_MS = 60_000;

function logBook(recent: readonly LogEntry[] = [], options: Partial<ConstructorParameters<typeof LogBook>[0]> = {}) {
  const clock = new ManualClock();
  const sink = new MemoryLog();
  const bugs: unknown[] = [];
  const reportBug = (error: unknown) => bugs.push(error);
  const log = new LogBook({ clock, ids: new SequentialIds(), sink, recent, reportBug, ...options });
  return { clock, sink, log, bugs, written: () => sink.entries };
}

/** The same as `note`, as it is done for every command. */
function soon(log: LogBook, requestId: string): void {
  log.writeSoon({ level: 'info', source: 'relay', type: 'error', requestId });
}

function entryOf(requestId: string): LogEntry {
  return {
    id: requestId,
    timestamp: '2026-01-31T12:00:00.000Z',
    level: 'info',
    source: 'relay',
    type: 'error',
    requestId,
  };
}

/** Writes an entry of the relay's that carries nothing but a requestId. */
function note(log: LogBook, requestId: string): void {
  log.write({ level: 'info', source: 'relay', type: 'error', requestId });
}

function requestIds(entries: readonly LogEntry[]): (string | undefined)[] {
  return entries.map(({ requestId }) => requestId);
}

describe('writing', () => {
  it('an entry is stamped with an id that sorts and the time, and goes to the sink as it is remembered', () => {
    const { log, clock, sink } = logBook();

    log.write({ level: 'info', source: 'controller', type: 'command_routed', requestId: 'r1', nodeId: 'n1' });
    clock.advance(1);
    note(log, 'r2');

    const [first, second] = sink.entries;
    expect(first).toEqual({
      id: '000000000001',
      timestamp: '2026-01-31T12:00:00.000Z',
      level: 'info',
      source: 'controller',
      type: 'command_routed',
      requestId: 'r1',
      nodeId: 'n1',
    });
    expect(second).toMatchObject({ id: '000000000002', timestamp: '2026-01-31T12:00:00.001Z' });
    expect(log.query(EVERYTHING, {})).toEqual(sink.entries);
    expect(log.status()).toEqual({
      totalEvents: 2,
      oldest: '2026-01-31T12:00:00.000Z',
      newest: '2026-01-31T12:00:00.001Z',
    });
  });

  it('what is written soon is stamped with its own time, and reaches the sink within ten milliseconds', () => {
    const { log, clock, written } = logBook();
    soon(log, 'r1');
    clock.advance(4);
    soon(log, 'r2');
    clock.advance(5);
    expect(written()).toEqual([]);

    clock.advance(1);
    expect(written()).toEqual([
      expect.objectContaining({ requestId: 'r1', timestamp: '2026-01-31T12:00:00.000Z' }),
      expect.objectContaining({ requestId: 'r2', timestamp: '2026-01-31T12:00:00.004Z' }),
    ]);
  });

  it('keeps the order of what is written soon, at once and by a node, and loses nothing when it is closed', () => {
    const { log, clock, written } = logBook();
    soon(log, 'r1');
    note(log, 'r2');
    soon(log, 'r3');
    log.writeFromNode('n1', { type: 'seen', requestId: 'r4' });
    soon(log, 'r5');
    log.close();

    expect(requestIds(written())).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
    const ids = written().map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(clock.armedCount).toBe(0);
  });

  it.each<[string, (log: LogBook) => unknown, unknown]>([
    ['a query', (log) => requestIds(log.query(EVERYTHING, {})), ['r1']],
    ['a count', (log) => log.status().totalEvents, 1],
  ])('%s has what was written soon, too', (_, look, expected) => {
    const { log } = logBook();
    soon(log, 'r1');

    expect(look(log)).toEqual(expected);
  });

  it.each([
    ['when it holds whole payloads, which are as large as frames', { keepsPayloads: true }],
    ['while somebody follows', { isFollowed: () => true }],
  ])('writes at once %s', (_, options) => {
    const { log, clock, written } = logBook(undefined, options);
    soon(log, 'r1');

    expect(requestIds(written())).toEqual(['r1']);
    expect(clock.armedCount).toBe(0);
  });

  it('writes at once, and arms no timer, after it was closed', () => {
    const { log, clock, written } = logBook();
    log.close();
    soon(log, 'r1');

    expect(requestIds(written())).toEqual(['r1']);
    expect(clock.armedCount).toBe(0);
  });

  it('an entry that cannot be written is a bug, and costs none of those who came with it', () => {
    const bug = new Error('a bug');
    const ids = new SequentialIds();
    const numbers = [1, 2, 3];
    const logEntryId = () => {
      const number = numbers.shift();
      if (number === 2) throw bug;
      return String(number);
    };
    const { log, clock, bugs, written } = logBook(undefined, { ids: Object.assign(ids, { logEntryId }) });
    for (const id of ['r1', 'r2', 'r3']) soon(log, id);
    clock.advance(10);

    expect(requestIds(written())).toEqual(['r1', 'r3']);
    expect(requestIds(log.query(EVERYTHING, {}))).toEqual(['r1', 'r3']);
    expect(bugs).toEqual([bug]);
  });

  it('whoever counts and throws is a bug, and costs no entry', () => {
    const bug = new Error('a bug');
    const counted: (string | undefined)[] = [];
    const onOwnEntry = ({ requestId }: LogEvent) => {
      counted.push(requestId);
      if (requestId !== 'r3') throw bug;
    };
    const { log, clock, bugs, written } = logBook(undefined, { onOwnEntry });
    for (const id of ['r1', 'r3']) soon(log, id);
    clock.advance(10);
    note(log, 'r2');

    expect(requestIds(written())).toEqual(['r1', 'r3', 'r2']);
    expect(counted).toEqual(['r1', 'r3', 'r2']);
    expect(bugs).toEqual([bug, bug]);
  });

  it('what follows a command is plain, so that its line is only written down', async () => {
    const events: LogEvent[] = [];
    const world = await testRelay({ grants: { alice: ['n1'] }, onOwnEntry: (event) => events.push(event) });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    for (const durable of [{}, { idempotencyKey: 'key' }]) {
      const first = alice.queue('n1', { tab: 't1', input: { selector: 'h1' } });
      const second = alice.queue('n1', { tab: 't1', input: { selector: 'h1' }, ...durable });
      await settled();
      for (const id of [first, second]) {
        node.answer(id, { text: 'a' });
        await settled();
      }
    }
    world.relay.logs.flush();

    const ofCommands = events.filter(({ type }) => ['command_queued', 'command_routed', 'result'].includes(type));
    expect(ofCommands).toHaveLength(10);
    for (const event of ofCommands) expect(plainLineOf(event, { id: 'a', timestamp: 'b' })).toBeDefined();
  });

  it('a sink that throws is a bug, too: the entries are remembered all the same', () => {
    const { log, clock, sink, bugs } = logBook();
    const bug = new Error('a bug');
    sink.write = () => {
      throw bug;
    };
    for (const id of ['r1', 'r2']) soon(log, id);
    clock.advance(10);

    expect(requestIds(log.query(EVERYTHING, {}))).toEqual(['r1', 'r2']);
    expect(bugs).toEqual([bug]);
  });

  it('many entries of an earlier run are remembered as they were', () => {
    const recent = Array.from({ length: 1_000 }, (_, index) => entryOf(`r${index}`));
    const { log } = logBook(recent);

    expect(log.query(EVERYTHING, {})).toEqual(recent);
    expect(log.status().oldest).toBe(recent[0]?.timestamp);
  });

  it('gives the sink lines that are those of memory, no more than 256 of them together', () => {
    const { log, clock, sink } = logBook();
    const batches: LogBatch[] = [];
    sink.write = (batch) => void batches.push(batch);
    for (let count = 1; count <= 300; count += 1) soon(log, `r${count}`);
    clock.advance(10);

    expect(batches.map(({ lines }) => lines.length)).toEqual([256, 44]);
    const lines = batches.flatMap(({ bytes }) => decodeUtf8(bytes).split('\n').slice(0, -1));
    expect(lines.map((line) => JSON.parse(line))).toEqual(log.query(EVERYTHING, {}));
  });

  it('secrets in the data never reach the sink', () => {
    const { log, sink } = logBook();
    const data = { accessToken: 'abc', nested: [{ value: 'rt_0123456789' }], count: 3 };

    log.write({ level: 'info', source: 'relay', type: 'auth_ack', data });

    expect(sink.entries[0]?.data).toEqual({
      accessToken: '[redacted]',
      nested: [{ value: '[redacted]' }],
      count: 3,
    });
    expect(data.accessToken).toBe('abc');
  });

  it('an entry of a node carries its authenticated id, the time of the relay, and the owner of the command', () => {
    const { log, sink } = logBook();
    const entry = { type: 'page_opened', timestamp: '1999-01-01T00:00:00Z', requestId: 'r1', data: { url: 'x' } };
    const forged = { ...entry, nodeId: 'other', clientId: 'other', source: 'relay', id: 'z' };

    log.writeFromNode('n1', forged, { clientId: 'clt_1', controllerId: 'ctl_1' });

    expect(sink.entries).toEqual([
      {
        id: '000000000001',
        timestamp: '2026-01-31T12:00:00.000Z',
        level: 'info',
        source: 'node',
        type: 'page_opened',
        requestId: 'r1',
        nodeId: 'n1',
        clientId: 'clt_1',
        controllerId: 'ctl_1',
        data: { url: 'x', nodeTimestamp: '1999-01-01T00:00:00Z' },
      },
    ]);
  });

  it('whatever a node sends, its entry holds no secret and is no larger than 16 KiB', () => {
    const { log, sink } = logBook();
    const secret = `rt_${'s'.repeat(43)}`;
    const long = '\u0001"é💥'.repeat(50);

    for (const data of [
      { text: 'x'.repeat(1_000_000) },
      { text: '\u0000💥'.repeat(100_000) },
      Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key ${index}`, [null, -1.5e-300, 'é']])),
      { [`${'k'.repeat(300)} ${secret}`]: secret, list: Array.from({ length: 9_000 }, () => ({ a: [] })) },
    ]) {
      log.writeFromNode('n'.repeat(128), { type: long, requestId: long, traceId: long, status: secret, data });
    }

    const texts = sink.entries.map((entry) => JSON.stringify(entry));
    for (const text of texts) expect(encodeUtf8(text).length).toBeLessThanOrEqual(16 * 1024);
    expect(sink.entries.every((entry) => entry.data?.['truncated'] === true)).toBe(true);
    expect(texts.join()).not.toContain(secret);
    expect(encodeUtf8(texts[0] ?? '').length).toBeGreaterThan(8 * 1024);
  });
});

describe('reading', () => {
  it('entries come oldest first, of the last hour unless since or a requestId says otherwise', () => {
    const { log, clock } = logBook();
    note(log, 'r1');
    clock.advance(1);
    note(log, 'r2');
    clock.advance(60 * MINUTE_MS);
    note(log, 'r3');

    expect(requestIds(log.query(EVERYTHING, {}))).toEqual(['r2', 'r3']);
    expect(requestIds(log.query(EVERYTHING, { since: '2026-01-31T13:00:00.000+01:00' }))).toEqual(['r1', 'r2', 'r3']);
    expect(requestIds(log.query(EVERYTHING, { since: '2026-01-31T12:00:00.001Z' }))).toEqual(['r2', 'r3']);
    expect(requestIds(log.query(EVERYTHING, { requestId: 'r1' }))).toEqual(['r1']);
    expect(() => log.query(EVERYTHING, { since: 'yesterday' })).toThrow(
      expect.objectContaining({ code: 'invalid_since' }),
    );
  });

  it('each filter leaves out what does not match, and latest gives the newest that do', () => {
    const { log } = logBook();
    log.write({ level: 'info', source: 'controller', type: 'command_routed', requestId: 'r1', nodeId: 'n1' });
    log.write({ level: 'warn', source: 'relay', type: 'error', requestId: 'r2', nodeId: 'n2' });
    log.write({ level: 'info', source: 'node', type: 'result', requestId: 'r3', nodeId: 'n1' });

    expect(requestIds(log.query(EVERYTHING, { level: 'info' }))).toEqual(['r1', 'r3']);
    expect(requestIds(log.query(EVERYTHING, { source: 'relay' }))).toEqual(['r2']);
    expect(requestIds(log.query(EVERYTHING, { source: 'all' }))).toEqual(['r1', 'r2', 'r3']);
    expect(requestIds(log.query(EVERYTHING, { nodeId: 'n1' }))).toEqual(['r1', 'r3']);
    expect(requestIds(log.query(EVERYTHING, { latest: 1 }))).toEqual(['r3']);
    expect(requestIds(log.query(EVERYTHING, { level: 'info', latest: 1, nodeId: 'n1' }))).toEqual(['r3']);
    expect(requestIds(log.query(EVERYTHING, { latest: 2 }))).toEqual(['r2', 'r3']);
  });

  it('the newest ten thousand entries are remembered', () => {
    const { log } = logBook();

    for (let count = 1; count <= 10_003; count += 1) note(log, `r${count}`);

    const found = log.query(EVERYTHING, {});
    expect(found).toHaveLength(10_000);
    expect(found[0]?.requestId).toBe('r4');
    expect(found.at(-1)?.requestId).toBe('r10003');
    expect(log.status().totalEvents).toBe(10_003);
  });

  it('entries of an earlier run are found again, before those of this one', () => {
    const earlier = logBook();
    note(earlier.log, 'r1');
    const { log } = logBook(earlier.sink.entries);

    note(log, 'r2');

    expect(requestIds(log.query(EVERYTHING, {}))).toEqual(['r1', 'r2']);
    expect(log.status().totalEvents).toBe(2);
  });
});

describe('visibility', () => {
  it('a controller sees its own, what nobody owns at its nodes, and what the relay says of nobody', () => {
    const { log } = logBook();
    const alice: Viewer = {
      seesAll: false,
      clientId: 'clt_a',
      controllerId: 'ctl_a',
      nodeIds: new Set(['n1']),
    };
    const stranger: Viewer = { seesAll: false, nodeIds: new Set() };
    const owners = [
      ['own client', { clientId: 'clt_a', nodeId: 'n9' }],
      ['own client in another login', { clientId: 'clt_a', controllerId: 'ctl_z' }],
      ['own controller', { controllerId: 'ctl_a' }],
      ['other client', { clientId: 'clt_b', nodeId: 'n1' }],
      ['other controller', { controllerId: 'ctl_b', nodeId: 'n1' }],
      ['own node', { nodeId: 'n1' }],
      ['other node', { nodeId: 'n9' }],
      ['nobody', {}],
    ] as const;
    for (const [requestId, fields] of owners) {
      log.write({ level: 'info', source: 'relay', type: 'error', requestId, ...fields });
    }
    log.write({ level: 'info', source: 'controller', type: 'error', requestId: 'unnamed controller' });

    expect(requestIds(log.query(alice, {}))).toEqual([
      'own client',
      'own client in another login',
      'own controller',
      'own node',
      'nobody',
    ]);
    expect(requestIds(log.query(stranger, {}))).toEqual(['nobody']);
    expect(log.query(EVERYTHING, {})).toHaveLength(9);
    expect(requestIds(log.query(alice, { latest: 1 }))).toEqual(['nobody']);
  });
});
