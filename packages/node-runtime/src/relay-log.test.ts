import { expect, it } from 'vitest';
import type { NodeLogEntry } from './node-log.js';
import { RelayLog, WAITING_ENTRIES_MAX } from './relay-log.js';

const BUG: NodeLogEntry = {
  level: 'error',
  type: 'internal_error',
  requestId: 'r1',
  traceId: 't1',
  error: new Error('x'),
};

it('what happens while the relay is away is told when it is back, with the time at which it happened', () => {
  const { log, sent, world } = relayLog();
  world.isThere = false;
  log.write(BUG);
  world.now += 60_000;
  world.isThere = true;

  log.linkReturned();
  log.linkReturned();

  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    messageType: 'event',
    traceId: 't1',
    payload: {
      type: 'extension_log',
      entry: { level: 'error', type: 'internal_error', requestId: 'r1', timestamp: '2026-01-31T12:00:00.000Z' },
    },
  });
  expect(JSON.stringify(sent)).not.toContain('Error');
});

it('the oldest entries give way when too many wait', () => {
  const { log, sent, world } = relayLog();
  world.isThere = false;
  for (let count = 0; count <= WAITING_ENTRIES_MAX; count += 1) log.write({ ...BUG, requestId: `r${count}` });
  world.isThere = true;

  log.linkReturned();

  expect(sent).toHaveLength(WAITING_ENTRIES_MAX);
  expect(sent[0]).toMatchObject({ payload: { entry: { requestId: 'r1' } } });
});

it('what is nobody’s but the host’s is never sent', () => {
  const { log, sent, world } = relayLog();
  log.write({ level: 'warn', type: 'relay_error', code: 'invalid_extension_log' });
  world.isThere = false;
  log.write({ level: 'info', type: 'site_command_log', message: 'a secret' });
  world.isThere = true;
  log.linkReturned();

  expect(sent).toEqual([]);
});

function relayLog(): { log: RelayLog; sent: unknown[]; world: { isThere: boolean; now: number } } {
  const sent: unknown[] = [];
  const world = { isThere: true, now: Date.parse('2026-01-31T12:00:00Z') };
  let ids = 0;
  const log = new RelayLog({
    newId: (prefix) => `${prefix}_${(ids += 1)}`,
    now: () => world.now,
    send: (text) => {
      if (world.isThere) sent.push(JSON.parse(text));
      return world.isThere;
    },
  });
  return { log, sent, world };
}
