import { LOG_TYPES, type LogLevel, type LogSource } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { testRelay } from '../../src/testing/index.js';
import { AWAY, OPERATOR, accessWorld } from '../access-world.js';

/** What the relay writes about clients, nodes and tokens: the side that acted, how much it matters, and about whom. */
const TYPES: Readonly<Record<string, readonly [LogLevel, LogSource, 'clientId' | 'nodeId']>> = {
  pairing_requested: ['info', 'relay', 'nodeId'],
  pairing_approved: ['info', 'relay', 'nodeId'],
  node_removed: ['info', 'relay', 'nodeId'],
  controller_client_registered: ['info', 'relay', 'clientId'],
  controller_client_token_issued: ['info', 'relay', 'clientId'],
  controller_client_auth_failed: ['warn', 'relay', 'clientId'],
  controller_scopes_changed: ['info', 'relay', 'clientId'],
  controller_client_removed: ['info', 'relay', 'clientId'],
  refresh_token_reused: ['warn', 'relay', 'clientId'],
};

describe('the log of who may do what', () => {
  it('has each type with its level, under the side that acted, and with whom it is about', async () => {
    const world = await accessWorld();
    const { access, log } = world;
    await world.node('n1');
    const { clientId, refreshToken } = await world.client('alice');
    await access.tokens.refresh(refreshToken);
    await expect(access.tokens.refresh(refreshToken)).rejects.toThrow();
    await expect(access.clients.token({ clientId, clientSecret: 'wrong' }, AWAY)).rejects.toThrow();
    await access.clients.setScopes({ clientId, scopes: ['primitive.*'] });
    await access.clients.remove(OPERATOR, clientId);
    await access.nodes.remove('n1', false);

    for (const [type, [level, source, about]] of Object.entries(TYPES)) {
      const entries = log.ofType(type);
      expect(entries.length, type).toBeGreaterThan(0);
      for (const entry of entries) {
        expect([type, entry.level, entry.source]).toEqual([type, level, source]);
        expect(entry[about], type).toBe(about === 'nodeId' ? 'n1' : clientId);
      }
    }
    expect(log.entries.filter(({ type }) => TYPES[type] === undefined)).toEqual([]);
  });

  it('tells when a stream begins and how it ends, under its command and trace', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] }, scopes: ['command.*', 'listener.*'] });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const input = { site: 's', command: 'c' };
    const command = {
      targetNodeId: 'n1',
      action: 'command.test',
      tabSessionId: 't1',
      replayNonce: 'n',
      payload: input,
    };
    const id = alice.send('command', command, { traceId });
    node.answer(id, { stream: { listeners: [{ listener: 'chat' }] } });
    alice.cancel(id);
    world.pass(60_000);

    const about = { level: 'info', source: 'relay', requestId: id, nodeId: 'n1', clientId: 'alice', traceId };
    expect(world.log.ofType('stream_opened')).toMatchObject([{ ...about, data: { listeners: ['chat'] } }]);
    expect(world.log.ofType('stream_ended')).toMatchObject([{ ...about, data: { outcome: expect.any(String) } }]);
  });
});

it('the types of the log are named once each', () => {
  expect(new Set(LOG_TYPES).size).toBe(LOG_TYPES.length);
});
