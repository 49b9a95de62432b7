import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Output } from '../output.js';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { chooseNode } from './choose-node.js';
import { pageSource } from './page-source.js';
import { readPayload } from './read-payload.js';
import { tokenFacts } from './token-facts.js';

describe('readPayload', () => {
  it('takes JSON, a file, and standard input', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'input.json');
    writeFileSync(file, '{"url": "https://example.com"}');

    expect(await readPayload('{"force": true}', placeOf(new FakeIo()))).toEqual({ force: true });
    expect(await readPayload(`@${file}`, placeOf(new FakeIo()))).toEqual({ url: 'https://example.com' });
    expect(await readPayload('-', placeOf(new FakeIo({ input: '{"selector": "h1"}' })))).toEqual({ selector: 'h1' });
    expect(await readPayload(undefined, placeOf(new FakeIo()))).toEqual({});
    const typing = new FakeIo({ input: '{}', isTty: true });
    await readPayload('-', placeOf(typing));
    expect(typing.stderr.text).toContain('end it with Ctrl+D');
  });

  it.each([
    ['{', /is not JSON/],
    ['[]', /must be a JSON object/],
    ['null', /must be a JSON object/],
    ['@/nowhere/input.json', /cannot be read from \/nowhere/],
  ])('refuses %j as wrong usage', async (typed, message) => {
    await expect(readPayload(typed, placeOf(new FakeIo()))).rejects.toMatchObject({
      code: 'invalid_usage',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a folder in place of a file', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'input.json'));

    await expect(readPayload(`@${folder}/input.json`, placeOf(new FakeIo()))).rejects.toMatchObject({
      code: 'invalid_usage',
    });
  });
});

describe('chooseNode', () => {
  it('takes the node that was named, without asking the relay', async () => {
    const asked = relayWith([]);

    expect(await chooseNode(asked.client, { named: 'node_b', ofThisMachine: 'node_a' })).toBe('node_b');
    expect(asked.count).toBe(0);
  });

  it('prefers the node of this machine to others', async () => {
    const { client } = relayWith(['node_a', 'node_b']);

    expect(await chooseNode(client, { named: undefined, ofThisMachine: 'node_b' })).toBe('node_b');
  });

  it('takes the only node that there is', async () => {
    const { client } = relayWith(['node_a']);

    expect(await chooseNode(client, { named: undefined, ofThisMachine: 'node_gone' })).toBe('node_a');
  });

  it('asks for a choice when there are several', async () => {
    const { client } = relayWith(['node_a', 'node_b']);

    await expect(chooseNode(client, { named: undefined, ofThisMachine: undefined })).rejects.toMatchObject({
      code: 'missing_target_node',
      hint: expect.stringContaining('--node-id'),
    });
  });

  it('lets the relay say why the node of this machine is not to be had', async () => {
    const { client } = relayWith([]);

    expect(await chooseNode(client, { named: undefined, ofThisMachine: 'node_a' })).toBe('node_a');
  });

  it('says how to get a node when there is none', async () => {
    const { client } = relayWith([]);

    await expect(chooseNode(client, { named: undefined, ofThisMachine: undefined })).rejects.toMatchObject({
      code: 'node_offline',
      hint: expect.stringContaining('otto node start'),
    });
  });
});

describe('pageSource', () => {
  it('takes a page or a tab, and not both', () => {
    expect(pageSource('https://example.com/', undefined)).toEqual({ url: 'https://example.com/' });
    expect(pageSource(undefined, 'tab_1')).toEqual({});
    expect(() => pageSource(undefined, undefined)).toThrow('Nothing to read');
    expect(() => pageSource('https://example.com/', 'tab_1')).toThrow('A page and a tab');
  });
});

describe('tokenFacts', () => {
  it('reads who and how long from a token, and nothing from other texts', () => {
    const body = Buffer.from(JSON.stringify({ controllerId: 'ctl_1', exp: 1_700_000_000 })).toString('base64url');

    expect(tokenFacts(`h.${body}.s`)).toEqual({ controllerId: 'ctl_1', expiresAt: 1_700_000_000_000 });
    expect(tokenFacts('no token')).toEqual({});
    expect(tokenFacts('')).toEqual({});
  });
});

function relayWith(nodeIds: readonly string[]) {
  const asked = {
    count: 0,
    client: {
      nodes: {
        list: () => {
          asked.count += 1;
          return Promise.resolve(nodeIds.map((nodeId) => ({ nodeId })));
        },
      },
    },
  };
  return asked;
}

function placeOf(io: FakeIo) {
  return { io, output: new Output(io, { json: false }) };
}
