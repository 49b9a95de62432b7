import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { homeForTest, OttoHome } from './otto-home.js';
import { ScriptedNode } from './scripted-node.js';

describe('the owner of a relay', () => {
  let home: OttoHome;
  let node: ScriptedNode;
  let url = '';
  let clientId = '';

  beforeAll(async () => {
    home = new OttoHome();
    url = `http://127.0.0.1:${String((await home.json(['start']))['port'])}`;
    clientId = String((await home.json(['client', 'register', '--name', 'Laptop']))['clientId']);
    await home.json(['client', 'login']);
    node = await ScriptedNode.pair(url, 'n1', (code) => home.json(['pair', code]));
    await node.grant(clientId);
  });

  afterAll(async () => {
    node?.close();
    await home?.close();
  });

  it('sees who holds what', async () => {
    const running = home.start(click('t1'));
    const order = await node.command();

    const status = await home.json(['status']);
    const text = (await home.run(['status'])).stdout;
    node.answer(order);

    const owner = { identity: clientId, name: 'Laptop' };
    expect(status).toMatchObject({
      code: 0,
      running: true,
      nodes: [{ nodeId: 'n1', inFlight: 1, queued: 0, lastPongAt: expect.any(Number) }],
      queues: [{ nodeId: 'n1', tabSessionId: 't1', depth: 0, running: { requestId: order, owner } }],
      counts: { sessions: 2, nodes: 1, queues: 1 },
      warnings: [],
    });
    expect(status['sessions']).toContainEqual(expect.objectContaining({ role: 'controller', ...owner }));
    expect(text).toMatch(/Nodes: 1\n {2}n1: 1 running, 0 waiting, answered \d+ s ago\n/);
    expect(text).toContain(`Controllers: 1\n  Laptop (${clientId}): connected for `);
    expect(text).toContain(`  t1 at n1: runs primitive.dom.click of Laptop (${clientId}) for `);
    expect(await running.ended).toMatchObject({ code: 0 });
  });

  it('sets what a controller may do, at once', async () => {
    const before = await home.json(['client', 'scopes', 'laptop']);
    const set = await home.json(['client', 'scopes', 'laptop', 'primitive.tab.*, logs.read']);
    const refused = await home.json(click('t1'));
    const wrong = await home.json(['client', 'scopes', 'laptop', 'primitive.*.x']);
    const none = await home.json(['client', 'scopes', clientId, '']);

    expect(await home.json(['client', 'list'])).toMatchObject({
      code: 0,
      clients: [{ clientId, name: 'Laptop' }],
      clientCount: 1,
    });
    expect(before).toMatchObject({ code: 0, clientId, name: 'Laptop' });
    expect(before['scopes']).toContain('primitive.dom.*');
    expect(set).toMatchObject({ code: 0, scopes: ['primitive.tab.*', 'logs.read'] });
    expect(refused).toMatchObject({ code: 1, error: { code: 'forbidden_action' } });
    expect(wrong).toMatchObject({ code: 2, error: { code: 'invalid_usage' } });
    expect(none).toMatchObject({ code: 0, scopes: [] });
  });

  it('logs this machine out and in again', async () => {
    expect(await home.json(['revoke'])).toEqual({ code: 0, revoked: true, clientId });
    expect(await home.json(['client', 'status'])).toMatchObject({ clientId, loggedIn: false });
    expect(await home.json(['client', 'login'])).toMatchObject({ code: 0, clientId });
  });

  it('lists the paired nodes, and unpairs one that is lost', async () => {
    expect(await home.json(['node', 'list'])).toMatchObject({
      code: 0,
      nodes: [
        { nodeId: 'n1', connected: true, lastPongAt: expect.any(Number), grants: [{ clientId, name: 'Laptop' }] },
      ],
      nodeCount: 1,
    });
    expect((await home.run(['node', 'list'])).stdout).toMatch(
      /^n1 {2}connected, answered .* ago, paired [^]*granted to Laptop/,
    );

    const removed = await home.json(['node', 'remove', 'n1']);

    expect(removed).toMatchObject({ code: 0, nodeId: 'n1', aclRevokedCount: 1, disconnectedSessions: 1 });
    expect(await node.closed).toBe(4403);
    expect(await home.json(['node', 'remove', 'n1'])).toMatchObject({ code: 1, error: { code: 'node_not_found' } });
    expect(await home.json(['node', 'list'])).toMatchObject({ code: 0, nodes: [] });
  });

  it('removes controllers, and the machine forgets its own', async () => {
    const own = await home.json(['client', 'remove']);
    const again = await home.json(['client', 'remove', '--client-id', clientId]);
    const ownAfter = await home.json(['client', 'status']);
    await home.json(['client', 'register', '--name', 'Another']);
    const forgotten = await home.json(['client', 'forget']);
    const all = await home.json(['client', 'remove', '--all']);

    expect(own).toMatchObject({ code: 0, clientId, alreadyRevoked: false });
    expect(again).toMatchObject({ code: 0, clientId, alreadyRevoked: true });
    expect(ownAfter).toMatchObject({ clientId: null, loggedIn: false });
    expect(forgotten).toMatchObject({ code: 0, outcome: 'forgotten' });
    expect(all).toMatchObject({ code: 0, removedCount: 1, removedClientIds: [forgotten['clientId']] });
    expect(await home.json(['client', 'remove'])).toMatchObject({ code: 1, error: { code: 'not_logged_in' } });
  });
});

it('otto stop lets nobody wait in vain: a command that is under way is told that its effect is unknown', async () => {
  const home = homeForTest();
  const { port } = await home.json(['start']);
  const url = `http://127.0.0.1:${String(port)}`;
  const { clientId } = await home.json(['client', 'register', '--name', 'Laptop']);
  await home.json(['client', 'login']);
  const node = await ScriptedNode.pair(url, 'n1', (code) => home.json(['pair', code]));
  onTestFinished(() => node.close());
  await node.grant(String(clientId));
  const running = home.start([...click('t1'), '--json']);
  await node.command();

  expect(await home.json(['stop'])).toEqual({ code: 0, outcome: 'stopped' });

  const { code, stdout } = await running.ended;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'relay_shutting_down', effect: 'unknown' } });
  await expect(fetch(`${url}/readyz`)).rejects.toThrow();
});

function click(tab: string): string[] {
  return ['cmd', '--action', 'primitive.dom.click', '--node-id', 'n1', '--tab-session', tab, '--timeout', '60000'];
}
