import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import type { LogEntry } from '@telepat/otto-protocol';
import { OPERATOR, openDoors } from './doors.js';

const AUTHORIZATION = { authorization: `Bearer ${OPERATOR}` };

describe('GET /api/logs/export', () => {
  it('gives the entries that the caller may see, each as one line of JSON', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });
    await doors.post('/api/pairing/request', { nodeId: 'n1' });
    await doors.connect('/?role=admin');
    const exported = async (query: string, token: string) => {
      const url = `/api/logs/export${query}`;
      const answer = await doors.app.inject({ url, headers: { authorization: `Bearer ${token}` } });
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
      const lines = answer.body.split('\n').filter((line) => line !== '');
      return lines.map((line) => (JSON.parse(line) as LogEntry).type);
    };

    expect(await exported('', OPERATOR)).toEqual(['pairing_requested', 'ws_upgrade_rejected']);
    expect(await exported('?level=warn', OPERATOR)).toEqual(['ws_upgrade_rejected']);
    expect(await exported('?latest=1', OPERATOR)).toEqual(['ws_upgrade_rejected']);
    expect(await exported('', await doors.clientToken('alice'))).toEqual([]);
  });

  it.each([
    ['since=yesterday', 'invalid_since'],
    ['level=loud', 'invalid_level'],
    ['source=web', 'invalid_source'],
    ['latest=0', 'invalid_latest'],
  ])('refuses %s before it begins', async (query, code) => {
    const doors = await openDoors();

    const answer = await doors.get(`/api/logs/export?${query}`, { token: OPERATOR });

    expect(answer).toMatchObject({ status: 400, body: { code, error: code } });
  });

  it('is for controllers with logs.read', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] }, scopes: ['primitive.tab.*'] } });
    const codeFor = async (token?: string) =>
      (await doors.get('/api/logs/export', token === undefined ? {} : { token })).body?.['code'];

    expect(await codeFor()).toBe('missing_access_token');
    expect(await codeFor(await doors.nodeToken('n1'))).toBe('forbidden_role');
    expect(await codeFor(await doors.clientToken('alice'))).toBe('forbidden_scope');
  });

  it('is taken no faster than it is read, ends with its reader, and breaks off where reading fails', async () => {
    const doors = await openDoors();
    const { reading } = doors.world.relay.logs;
    let chunks = 0;
    let ended = 0;
    const exporting = vi.spyOn(reading, 'export');
    exporting.mockImplementation(() =>
      Promise.resolve(
        endless(
          () => (chunks += 1),
          () => (ended += 1),
        ),
      ),
    );
    const url = `http://127.0.0.1:${String(await doors.port())}/api/logs/export`;

    const answer = await new Promise<IncomingMessage>((resolve) => get(url, { headers: AUTHORIZATION }, resolve));
    answer.pause();
    await vi.waitFor(() => expect(chunks).toBeGreaterThan(0));
    let before = -1;
    await vi.waitFor(() => {
      const [last, now] = [before, chunks];
      before = now;
      expect(now).toBe(last);
    });
    expect(chunks).toBeLessThan(2_000);
    answer.destroy();
    await vi.waitFor(() => expect(ended).toBe(1));

    exporting.mockImplementation(() => Promise.resolve(failing()));
    await expect(fetch(url, { headers: AUTHORIZATION }).then((broken) => broken.text())).rejects.toThrow();
  });
});

describe('HEAD /api/logs/export', () => {
  it('holds nothing once it is answered', async () => {
    const doors = await openDoors();
    let ended = 0;
    const lines: AsyncIterator<string> = {
      next: () => new Promise((resolve) => setImmediate(() => resolve({ value: '{}\n' }))),
      return: () => Promise.resolve({ done: true, value: (ended += 1) }),
    };
    const exported = { [Symbol.asyncIterator]: () => lines };
    vi.spyOn(doors.world.relay.logs.reading, 'export').mockImplementation(() => Promise.resolve(exported));
    const url = `http://127.0.0.1:${String(await doors.port())}/api/logs/export`;

    const answer = await fetch(url, { method: 'HEAD', headers: AUTHORIZATION });

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    await vi.waitFor(() => expect(ended).toBe(1));
  });
});

describe('GET /api/logs/status', () => {
  it('tells anybody how long the log is kept and its size, and readers the rest', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });
    await doors.post('/api/pairing/request', { nodeId: 'n1' });
    const bodyFor = async (token?: string) =>
      (await doors.get('/api/logs/status', token === undefined ? {} : { token })).body;

    const short = { retentionDays: 0, sizeBytes: 0 };
    expect(await bodyFor()).toEqual(short);
    expect(await bodyFor('nonsense')).toEqual(short);
    expect(await bodyFor(await doors.nodeToken('n1'))).toEqual(short);
    for (const token of [OPERATOR, await doors.clientToken('alice')]) {
      expect(await bodyFor(token)).toMatchObject({ ...short, totalEvents: 1, windowing: { mode: 'daily' } });
    }
  });
});

/** Chunks of 64 KiB without an end. */
async function* endless(onChunk: () => void, onEnd: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      onChunk();
      yield await Promise.resolve(Buffer.alloc(65_536, 'x'));
    }
  } finally {
    onEnd();
  }
}

async function* failing(): AsyncGenerator<string> {
  yield await Promise.resolve('{}\n');
  throw new Error('the disk is gone');
}
