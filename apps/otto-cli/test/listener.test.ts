import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScriptedDriver } from '@telepat/otto-node-runtime/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Interruption } from '../src/interruption.js';
import { SubscriptionRecords } from '../src/listeners/subscription-records.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess, type RelayInProcess } from './relay-in-process.js';
import { scriptedBrowserNode } from './scripted-browser-node.js';

const SITE = { 'http://shop.test/start': { title: 'Shop', text: 'Teapots' } };
const SUBSCRIBE = ['listener', 'subscribe-network', '--site', 'shop.test'];
const RESPONSE = {
  ...{ url: 'http://shop.test/api', method: 'GET', status: 200, mimeType: 'application/json', requestId: '1' },
  ...{ captureSource: 'network' as const, body: '[]', bodyBytes: 2 },
};

let relay: RelayInProcess;
let driver: ScriptedDriver;
let tab: string;

beforeEach(async () => {
  relay = await relayInProcess();
  const { controller } = await json(['setup']);
  driver = await scriptedBrowserNode(relay, { clientId: controller.clientId, site: SITE, commands: [] });
  const payload = '{"url": "http://shop.test/start"}';
  tab = (await json(['cmd', 'primitive.tab.open', '--payload', payload])).data.tabSessionId;
});

describe('otto listener subscribe-network', () => {
  it('prints a line of JSON for each update and nothing else, until Ctrl+C ends the subscription', async () => {
    const { io, ended } = await listen(['--json']);

    page().respond(RESPONSE);
    page().respond({ ...RESPONSE, url: 'http://shop.test/more', body: '{}' });
    await expect.poll(() => linesOf(io)).toHaveLength(2);
    io.abort(new Interruption('SIGINT'));

    expect(await ended).toBe(130);
    expect(linesOf(io).map((line) => JSON.parse(line))).toMatchObject([
      { updateType: 'network.response', data: { url: 'http://shop.test/api', body: '[]', tabSessionId: tab } },
      { updateType: 'network.response', data: { url: 'http://shop.test/more', body: '{}' } },
    ]);
    await expect.poll(() => page().interceptions.size).toBe(0);
    expect(page().isGone).toBe(false);
    expect((await json(['listener', 'list'])).subscriptions).toEqual([]);
  });

  it('listens also where the disk keeps no record of it, and says so', async () => {
    writeFileSync(join(relay.env.OTTO_HOME, 'listeners'), 'a file in the way');

    const { io, ended } = await listen(['--json']);
    expect(io.stderr.text).toMatch(/otto: it listens, and otto listener list does not show it: .* cannot be written: /);
    page().respond(RESPONSE);
    await expect.poll(() => linesOf(io)).toHaveLength(1);
    io.abort(new Interruption('SIGINT'));

    expect(await ended).toBe(130);
  });

  it('prints a line without the body for people', async () => {
    const { io, ended } = await listen([]);

    page().respond(RESPONSE);
    page().respond({ ...RESPONSE, status: 0, mimeType: '', error: 'net::ERR_FAILED', bodyBytes: undefined });
    await expect.poll(() => linesOf(io)).toHaveLength(2);
    io.abort(new Interruption('SIGTERM'));

    expect(await ended).toBe(143);
    expect(linesOf(io)).toEqual([
      'network.response  200 GET http://shop.test/api  (application/json, 2 bytes)',
      'network.response  GET http://shop.test/api  (net::ERR_FAILED)',
    ]);
    expect(io.stderr.text).toMatch(/^otto: sub_[0-9a-f]{8} listens; Ctrl\+C or otto listener unsubscribe sub_/);
  });

  it('gives the listener what its options say', async () => {
    const { io, ended } = await listen([
      ...['--url-pattern', '**/api', '**/more', '--request-host', 'shop.test', '--mime-type', 'application/json'],
      ...['--mode', 'hybrid', '--headers', '--max-body-bytes', '9'],
    ]);

    const [options] = [...page().interceptions.values()];
    io.abort(new Interruption('SIGINT'));
    await ended;

    expect(options).toMatchObject({
      ...{ mode: 'hybrid', includeBody: true, includeHeaders: true, maxBodyBytes: 9 },
      urlPatterns: ['**/api', '**/more'],
    });
    expect(options?.wantsType('text/html')).toBe(false);
    expect(options?.wantsRequest('http://other.test/api', 'http://shop.test/')).toBe(false);
  });

  it('ends with the reason when the tab goes, after the update that says so', async () => {
    const { io, ended } = await listen(['--json']);

    await page().close();

    expect(await ended).toBe(1);
    expect(linesOf(io).map((line) => JSON.parse(line))).toMatchObject([
      { updateType: 'network.detached', data: { error: 'tab_closed' } },
      { error: { code: 'tab_closed' } },
    ]);
  });

  it('fails in the words of the node, and leaves nothing', async () => {
    const elsewhere = await otto([...SUBSCRIBE.slice(0, 2), '--site', 'other.test', '--tab-session', tab]);

    expect(elsewhere.code).toBe(1);
    expect(elsewhere.io.stderr.text).toContain('site_mismatch');
    expect(await json(['listener', 'list'])).toMatchObject({ subscriptions: [] });
  });

  it.each([
    [['--site', 'shop.test'], '--tab-session'],
    [['--tab-session', 'tab_x'], '--site'],
    [['--tab-session', 'tab_x', '--site', 'a.test', '--mode', 'all'], '--mode'],
    [['--tab-session', 'tab_x', '--site', 'a.test', '--max-body-bytes', '8000001'], '--max-body-bytes'],
  ])('refuses %j before anything is sent', async (words, option) => {
    const { code, io } = await otto([...SUBSCRIBE.slice(0, 2), ...words]);

    expect(code).toBe(2);
    expect(io.stderr.text).toContain(option);
  });

  it('prints no faster than it is read, drops what is too much, and ends by Ctrl+C all the same', async () => {
    const { io, ended } = await listen(['--max-body-bytes', '8000000', '--json'], (one) => {
      one.stdout.drained = () => new Promise(() => {});
    });

    // Eight million bytes each: seven of them may wait behind the one that was printed.
    for (let count = 0; count < 20; count += 1) page().respond({ ...RESPONSE, body: String(count) });
    const marker = new FakeIo({ env: relay.env });
    await run(marker, ['cmd', 'primitive.tab.query', '--json']);
    await expect.poll(() => linesOf(io)).toHaveLength(1);
    io.abort(new Interruption('SIGINT'));

    expect(await ended).toBe(130);
    expect(linesOf(io)).toHaveLength(1);
    expect(io.stderr.text).toMatch(/otto: 12 updates are missing: the reader of this output is too slow\./);
    await expect.poll(() => page().interceptions.size).toBe(0);
  });
});

describe('otto listener list and unsubscribe', () => {
  it('show a subscription that another command follows, and end it there', async () => {
    const first = await listen([]);
    const second = await listen(['--mode', 'fetch']);

    const { subscriptions } = await json(['listener', 'list']);
    expect(subscriptions).toMatchObject([
      { nodeId: 'node_scripted', tabSessionId: tab, site: 'shop.test', mode: 'network', pid: process.pid },
      { mode: 'fetch', listener: 'network.http_intercept', id: expect.stringMatching(/^sub_/) },
    ]);
    expect((await otto(['listener', 'list'])).io.stdout.text.trim().split('\n')).toHaveLength(2);
    const [{ id }] = subscriptions;
    expect(await json(['listener', 'unsubscribe', id])).toEqual({ ended: [id] });

    expect(await first.ended).toBe(0);
    await expect.poll(() => page().interceptions.size).toBe(1);
    expect((await json(['listener', 'unsubscribe', '--all'])).ended).toHaveLength(1);
    expect(await second.ended).toBe(0);
    expect((await otto(['listener', 'list'])).io.stdout.text).toMatch(/^None is followed/);
  });

  it.each([
    [['sub_00000000'], 1, 'listener_not_found'],
    [['../config'], 1, 'listener_not_found'],
    [[], 2, 'invalid_usage'],
    [['sub_00000000', '--all'], 2, 'invalid_usage'],
  ])('refuse %j', async (words, code, error) => {
    const answer = await otto(['listener', 'unsubscribe', ...words, '--json']);

    expect(answer.code).toBe(code);
    expect(JSON.parse(answer.io.stdout.text)).toMatchObject({ error: { code: error } });
  });

  it('leave out, and clear away, what a process that is gone has left, also when its id is used again', async () => {
    const folder = join(relay.env.OTTO_HOME, 'listeners');
    const records = new SubscriptionRecords(folder);
    const facts = { startedAt: 1, listener: 'l', nodeId: 'n', tabSessionId: 't', site: 's', mode: 'network' };
    const { id } = await records.add(facts);
    const dead = { ...facts, id: 'sub_0000dead', pid: 2 ** 30 };
    writeFileSync(join(folder, 'sub_0000dead.json'), JSON.stringify(dead));
    writeFileSync(join(folder, 'sub_0000beef.ending'), JSON.stringify({ ...dead, id: 'sub_0000beef' }));
    const reused = { ...facts, id: 'sub_00000fed', pid: process.pid, began: 'before the boot' };
    writeFileSync(join(folder, 'sub_00000fed.json'), JSON.stringify(reused));
    writeFileSync(join(folder, 'sub_00000bad.json'), '{');
    writeFileSync(join(folder, 'notes.txt'), 'mine');

    expect((await records.list()).map((record) => record.id)).toEqual([id]);
    expect(readdirSync(folder).sort()).toEqual(['notes.txt', 'sub_00000bad.json', `${id}.json`].sort());
  });

  it('are all ended together, also when somebody else ends them in the same moment', async () => {
    const records = new SubscriptionRecords(join(relay.env.OTTO_HOME, 'listeners'));
    const facts = { startedAt: 1, listener: 'l', nodeId: 'n', tabSessionId: 't', site: 's', mode: 'network' };
    const claims = await Promise.all([records.add(facts), records.add(facts)]);
    const { signal } = new AbortController();
    const following = claims.map((claim) => claim.whenAsked(signal).then(() => claim.remove()));

    const [ended] = await Promise.all([records.endAll(), records.endAll()]);

    expect(ended.sort()).toEqual(claims.map(({ id }) => id).sort());
    await Promise.all(following);
  });

  it('say so when the command that follows does not end', async () => {
    const records = new SubscriptionRecords(join(relay.env.OTTO_HOME, 'listeners'));
    const facts = { startedAt: 1, listener: 'l', nodeId: 'n', tabSessionId: 't', site: 's', mode: 'network' };
    const claim = await records.add(facts);

    await expect(records.end(claim.id, { endMsMax: 0 })).rejects.toMatchObject({ code: 'wait_timed_out' });
    await claim.whenAsked(new AbortController().signal);
    await claim.remove();
    await expect(records.end(claim.id)).rejects.toMatchObject({ code: 'listener_not_found' });
  });
});

/** A command that listens to the tab, when it does. */
async function listen(words: readonly string[], prepare: (io: FakeIo) => void = () => {}) {
  const count = page().interceptions.size;
  const io = new FakeIo({ env: relay.env });
  prepare(io);
  const ended = run(io, [...SUBSCRIBE, '--tab-session', tab, ...words]);
  await expect.poll(() => io.stderr.text).toContain('listens');
  expect(page().interceptions.size).toBe(count + 1);
  return { io, ended };
}

async function otto(words: readonly string[]) {
  const io = new FakeIo({ env: relay.env });
  return { code: await run(io, words), io };
}

async function json(words: readonly string[]) {
  return JSON.parse((await otto([...words, '--json'])).io.stdout.text);
}

function page() {
  const [first] = driver.pages;
  if (first === undefined) throw new Error('There is no page.');
  return first;
}

function linesOf(io: FakeIo): string[] {
  return io.stdout.text.split('\n').filter((line) => line !== '');
}
