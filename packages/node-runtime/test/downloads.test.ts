import { DOWNLOADS_PER_TAB_MAX, DOWNLOAD_URL_LENGTH_MAX, DOWNLOAD_WAIT_MS_MAX } from '@telepat/otto-protocol/limits';
import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ScriptedDownload, ScriptedPage } from '../src/testing/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const CLICK = 'primitive.input.click';
const FETCH = 'primitive.page.download';
const READ = 'primitive.dom.extract_text';

let world: NodeWorld;
let tab: string;
let page: ScriptedPage;
/** What a click in the page does. */
let onClick: () => void;
let started: ScriptedDownload[];

beforeEach(async () => {
  onClick = () => {};
  started = [];
  world = await nodeWorld({
    'https://a.test/': { title: 'A', text: 'Text of A', onInput: () => onClick() },
    'https://a.test/file.txt': { isDownload: true },
    'https://greedy.test/': { text: 'Greedy', onLoad: (loaded) => void started.push(loaded.download()) },
  });
  tab = await world.open(world.alice);
  page = world.driver.pages[0]!;
});

const run = (action: string, input: object = {}) => world.run(world.alice, action, input, tab);
const click = () => run(CLICK, { selector: '#link' });
const fetchFile = (downloadId: string) => run(FETCH, { downloadId });
const bytes = new Uint8Array([1, 2, 3]);

/** A page that starts so many downloads when it is clicked. */
function startsOnClick(times = 1, script: Parameters<ScriptedPage['download']>[0] = {}): void {
  onClick = () => {
    for (let time = 0; time < times; time += 1) started.push(page.download(script));
  };
}

describe('an action that starts a download', () => {
  it('tells its name and size when it is complete, and the file can be fetched, also again', async () => {
    onClick = () => void page.download({ fileName: 'report.txt' }).complete(bytes);

    const { data } = await click();

    expect(data['downloads']).toEqual([
      {
        downloadId: 'dl_of_node_5',
        fileName: 'report.txt',
        url: 'https://a.test/file.txt',
        state: 'completed',
        byteLength: 3,
        mimeType: 'text/plain',
      },
    ]);
    const file = { fileName: 'report.txt', mimeType: 'text/plain', byteLength: 3, contentBase64: 'base64 of 1,2,3' };
    expect((await fetchFile('dl_of_node_5')).data).toEqual(file);
    expect((await fetchFile('dl_of_node_5')).data).toEqual(file);
  });

  it('waits a moment for its end', async () => {
    startsOnClick();
    const clicking = world.send(world.alice, CLICK, { selector: '#link' }, tab);
    await settled();
    expect(world.alice.terminals(clicking)).toEqual([]);

    started[0]?.complete(bytes);
    await settled();

    expect(world.answer(world.alice, clicking).data['downloads']).toMatchObject([{ state: 'completed' }]);
  });

  it('does not wait longer; the end is told by the next outcome, once', async () => {
    const before = world.relay.clock.armedCount;
    startsOnClick();
    const clicking = world.send(world.alice, CLICK, { selector: '#link' }, tab);
    await settled();
    await world.pass(DOWNLOAD_WAIT_MS_MAX);
    expect(world.answer(world.alice, clicking).data['downloads']).toMatchObject([{ state: 'in_progress' }]);
    expect(world.relay.clock.armedCount).toBe(before);
    onClick = () => {};
    expect((await click()).data).not.toHaveProperty('downloads');

    started[0]?.complete(bytes);
    await settled();

    expect((await click()).data['downloads']).toMatchObject([{ state: 'completed', byteLength: 3 }]);
    expect((await click()).data).not.toHaveProperty('downloads');
  });

  it('that fails tells why, in a warning of whatever comes next as well', async () => {
    startsOnClick();
    world.send(world.alice, CLICK, { selector: '#link' }, tab);
    await settled();
    await world.pass(DOWNLOAD_WAIT_MS_MAX);

    started[0]?.fail('The connection broke off.');
    await settled();

    const warnings = ['The download "file.txt" failed. The connection broke off.'];
    expect(await run(READ)).toMatchObject({ ok: true, warnings });
    onClick = () => {};
    const { data } = await click();
    expect(data['downloads']).toMatchObject([{ state: 'failed', reason: 'The connection broke off.' }]);
  });

  it('by loading an address is a success, and the tab stays where it was', async () => {
    const loading = world.send(world.alice, 'primitive.tab.navigate', { url: 'https://a.test/file.txt' }, tab);
    await settled();
    await world.pass(DOWNLOAD_WAIT_MS_MAX);

    expect(world.answer(world.alice, loading)).toMatchObject({
      ok: true,
      data: { url: 'https://a.test/', downloads: [{ url: 'https://a.test/file.txt', state: 'in_progress' }] },
    });
  });

  it('while nobody acts is told by the next action', async () => {
    page.download().complete(bytes);
    await settled();

    expect(await run(READ)).not.toHaveProperty('warnings');
    expect((await click()).data['downloads']).toMatchObject([{ state: 'completed' }]);
  });

  it('gives it a name that is safe, and cuts an address without end', async () => {
    onClick = () =>
      void page.download({ fileName: '../../etc/passwd', url: `data:,${'x'.repeat(50_000)}` }).complete(bytes);

    const { data } = await click();

    const [{ fileName, url, downloadId }] = data['downloads'] as [Record<'fileName' | 'url' | 'downloadId', string>];
    expect(fileName).toBe('_.._etc_passwd');
    expect(url).toHaveLength(DOWNLOAD_URL_LENGTH_MAX);
    expect((await fetchFile(downloadId)).data).toMatchObject({ fileName });
  });

  it('is a reading of an address that is no page, and leaves no tab', async () => {
    expect(await world.run(world.alice, READ, { url: 'https://a.test/file.txt' })).toMatchObject({
      code: 'navigation_failed',
    });
    expect(world.driver.open).toHaveLength(1);
  });

  it('in a temporary tab has it discarded, with a warning', async () => {
    const answer = await world.run(world.alice, READ, { url: 'https://greedy.test/' });

    expect(answer).toMatchObject({ ok: true, data: { text: 'Greedy' } });
    expect(answer['warnings']).toEqual(['A download of the page ("file.txt") was discarded as it came.']);
    expect(started[0]?.isDiscarded).toBe(true);
  });
});

describe('a page that starts a thousand downloads', () => {
  it('has the newest kept; the others are discarded, and a warning says so', async () => {
    startsOnClick(1_000);
    const clicking = world.send(world.alice, CLICK, { selector: '#link' }, tab);
    await settled();
    await world.pass(DOWNLOAD_WAIT_MS_MAX);

    const answer = world.answer(world.alice, clicking);

    expect(answer.data['downloads']).toHaveLength(DOWNLOADS_PER_TAB_MAX);
    expect(answer['warnings']).toEqual(['Older downloads of the tab gave way to newer ones: it keeps 20.']);
    expect(started.filter(({ isDiscarded }) => !isDiscarded)).toEqual(started.slice(-DOWNLOADS_PER_TAB_MAX));
  });

  it('has as many kept as the limit says before one gives way', async () => {
    startsOnClick(DOWNLOADS_PER_TAB_MAX);
    onClick();
    expect(started.some(({ isDiscarded }) => isDiscarded)).toBe(false);

    started.push(page.download());

    expect(started.map(({ isDiscarded }) => isDiscarded).indexOf(true)).toBe(0);
    expect(started.filter(({ isDiscarded }) => isDiscarded)).toHaveLength(1);
  });
});

describe('fetching a download', () => {
  it.each(['dl_of_nobody', '../../etc/passwd'])('that the tab does not have is refused: %s', async (downloadId) => {
    expect(await fetchFile(downloadId)).toMatchObject({ code: 'download_not_found', effect: 'none' });
  });

  it('of another tab is refused', async () => {
    page.download().complete(bytes);
    const other = await world.open(world.alice);

    const answer = await world.run(world.alice, FETCH, { downloadId: 'dl_of_node_5' }, other);

    expect(answer).toMatchObject({ code: 'download_not_found' });
  });

  it('waits for its end', async () => {
    const download = page.download();
    const fetching = world.send(world.alice, FETCH, { downloadId: 'dl_of_node_5' }, tab);
    await settled();
    expect(world.alice.terminals(fetching)).toEqual([]);

    download.complete(bytes);
    await settled();

    expect(world.answer(world.alice, fetching).data).toMatchObject({ contentBase64: 'base64 of 1,2,3' });
  });

  it('that never ends is over with the time of the command, and the tab goes on', async () => {
    page.download();
    const fetching = world.send(world.alice, FETCH, { downloadId: 'dl_of_node_5' }, tab, 2_000);

    await world.pass(5_000);

    expect(world.answer(world.alice, fetching)).toMatchObject({ code: 'command_timed_out', retryable: true });
    expect(await run(READ)).toMatchObject({ ok: true });
  });

  it('that failed, or fails meanwhile, says why', async () => {
    const failing = page.download();
    const fetching = world.send(world.alice, FETCH, { downloadId: 'dl_of_node_5' }, tab);
    await settled();
    failing.fail('The connection broke off.');
    await settled();

    const failure = { code: 'download_failed', message: 'The download failed. The connection broke off.' };
    expect(world.answer(world.alice, fetching)).toMatchObject(failure);
    expect(await fetchFile('dl_of_node_5')).toMatchObject(failure);
  });

  it('that is too large for a frame is refused before it is read', async () => {
    let isRead = false;
    const download = page.download().complete(bytes, 'application/zip', 13 * 1024 * 1024);
    download.bytes = () => {
      isRead = true;
      return Promise.resolve(bytes);
    };

    expect(await fetchFile('dl_of_node_5')).toMatchObject({ code: 'content_too_large', effect: 'none' });
    expect(isRead).toBe(false);
  });

  it('works while a dialog is open', async () => {
    page.download().complete(bytes);
    page.openDialog({});

    expect(await fetchFile('dl_of_node_5')).toMatchObject({ ok: true });
  });

  it('works after the page crashed', async () => {
    page.download().complete(bytes);
    page.crash();

    expect(await fetchFile('dl_of_node_5')).toMatchObject({ ok: true });
  });

  it('ends with its tab, and so do the files', async () => {
    const downloads = [page.download(), page.download().complete(bytes)];
    const fetching = world.send(world.alice, FETCH, { downloadId: 'dl_of_node_5' }, tab);
    await settled();

    await page.close();
    await settled();

    expect(world.answer(world.alice, fetching)).toMatchObject({ code: 'tab_closed' });
    expect(downloads.map(({ isDiscarded }) => isDiscarded)).toEqual([true, true]);
  });
});
