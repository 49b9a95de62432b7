import { expect, it } from 'vitest';
import type { FetchInit, SiteCommandDescriptor } from '../src/index.js';
import { sdkWorld } from './world.js';

const SCOPES = ['command.*'];

it('a site command is run with what it was given, and nothing else', async () => {
  const world = await sdkWorld({ scopes: SCOPES });
  const node = await world.node(({ action }) => ({ data: { ran: action } }));
  const client = await world.connect();

  const bare = await client.commands.run({ nodeId: 'n1', site: 'reddit.com', command: 'getPosts' });
  const whole = await client.commands.test({
    nodeId: 'n1',
    tabSessionId: 't1',
    site: 'reddit.com',
    command: 'getPosts',
    input: { limit: 3 },
    authMode: 'skip',
    timeoutMs: 60_000,
  });

  const caller = { __controllerClientId: expect.any(String) };
  expect(bare.data).toEqual({ ran: 'command.run' });
  expect(whole.data).toEqual({ ran: 'command.test' });
  expect(node.commands.map(({ input, tabSessionId }) => ({ input, tabSessionId }))).toEqual([
    { input: { site: 'reddit.com', command: 'getPosts', ...caller }, tabSessionId: undefined },
    {
      input: { site: 'reddit.com', command: 'getPosts', input: { limit: 3 }, authMode: 'skip', ...caller },
      tabSessionId: 't1',
    },
  ]);
});

it('a site command fails in the words of its node', async () => {
  const world = await sdkWorld({ scopes: SCOPES });
  await world.node(() => ({ error: { code: 'unknown_command', category: 'validation', effect: 'none' } }));
  const client = await world.connect();

  const running = client.commands.run({ nodeId: 'n1', site: 'reddit.com', command: 'fly' });

  await expect(running).rejects.toMatchObject({ code: 'unknown_command', category: 'validation', effect: 'none' });
});

it('the commands of a node are listed, of every site or of one', async () => {
  const commands: SiteCommandDescriptor[] = [
    {
      site: 'reddit.com',
      id: 'getPosts',
      displayName: 'Posts',
      description: 'The newest posts.',
      tags: [],
      requiresAuth: false,
    },
  ];
  const world = await sdkWorld({ scopes: SCOPES });
  const node = await world.node(() => ({ data: { commands } }));
  const client = await world.connect();

  await expect(client.commands.list({ nodeId: 'n1' })).resolves.toEqual(commands);
  await client.commands.list({ nodeId: 'n1', site: 'reddit.com' });

  expect(node.commands.map(({ input }) => input)).toEqual([{}, { site: 'reddit.com' }]);
});

it('nodes, pairing, access and the log on record are asked over HTTP, with the token of the client', async () => {
  const world = await sdkWorld();
  const calls: { url: string; init: FetchInit }[] = [];
  const replies: Record<string, object> = {
    '/api/nodes/connected': { nodes: [{ nodeId: 'n1' }] },
    '/api/pairing/pending': { pending: [] },
    '/api/controller/access': { nodeId: 'n1', clients: [] },
    '/api/logs?latest=1': { logs: [] },
  };
  const fetch = (url: string, init: FetchInit) => {
    calls.push({ url, init });
    return Promise.resolve({
      status: 200,
      text: () => Promise.resolve(JSON.stringify(replies[url.replace('http://relay', '')])),
    });
  };
  const client = await world.connect('alice', { platform: { ...world.platform, fetch } });

  await expect(client.nodes.list()).resolves.toEqual([{ nodeId: 'n1' }]);
  await expect(client.pairing.pending()).resolves.toEqual({ pending: [] });
  await expect(client.access.list()).resolves.toEqual({ nodeId: 'n1', clients: [] });
  await expect(client.logs.query({ latest: 1 })).resolves.toEqual([]);

  const token = await world.token('alice');
  expect(calls.map(({ init }) => init.headers['authorization'])).toEqual(Array(4).fill(`Bearer ${token}`));
});
