import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DOWNLOAD_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { DownloadBudget } from './download-budget.js';
import { PageDownload } from './page-download.js';

let folder: string;
let cancelled: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otto-download-'));
  cancelled = [];
});

afterEach(() => rm(folder, { recursive: true }));

function download(guid = 'guid', budget = new DownloadBudget()): PageDownload {
  const begun = unclaimed(guid);
  begun.limit(budget);
  return begun;
}

/** One of which nobody knows yet whose it is. */
function unclaimed(guid = 'guid'): PageDownload {
  const url = 'https://a.test/a.zip';
  const cancel = async (): Promise<void> => void cancelled.push(guid);
  return new PageDownload({ guid, url, fileName: 'a.zip', folder, cancel });
}

const growing = (receivedBytes: number, totalBytes = 0) =>
  ({ receivedBytes, totalBytes, state: 'inProgress' }) as const;
const complete = (bytes: number) => ({ receivedBytes: bytes, totalBytes: bytes, state: 'completed' }) as const;

describe('a download', () => {
  it('may be as large as the limit says', async () => {
    const begun = download();

    begun.onProgress(growing(DOWNLOAD_BYTES_MAX, DOWNLOAD_BYTES_MAX));
    begun.onProgress(complete(DOWNLOAD_BYTES_MAX));

    expect(await begun.ended).toEqual({
      state: 'completed',
      byteLength: DOWNLOAD_BYTES_MAX,
      mimeType: 'application/zip',
    });
    expect(cancelled).toEqual([]);
  });

  it('that grows beyond it is cancelled, and nothing of it stays even if it was completed before that', async () => {
    const begun = download();
    begun.onProgress(growing(DOWNLOAD_BYTES_MAX));
    expect(begun.state()).toEqual({ state: 'in_progress' });
    await writeFile(join(folder, 'guid'), 'all of it');

    begun.onProgress(growing(DOWNLOAD_BYTES_MAX + 1));
    begun.onProgress(complete(DOWNLOAD_BYTES_MAX + 2));

    expect(await begun.ended).toEqual({ state: 'failed', reason: 'It is larger than 100 MiB.' });
    expect(cancelled).toEqual(['guid']);
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  it('that was complete before it was limited has failed if it is larger, and its file goes', async () => {
    const begun = unclaimed();
    await writeFile(join(folder, 'guid'), 'all of it');
    begun.onProgress(complete(DOWNLOAD_BYTES_MAX + 1));
    expect(begun.state()).toMatchObject({ state: 'completed' });

    begun.limit(new DownloadBudget());

    const failed = { state: 'failed', reason: 'It is larger than 100 MiB.' };
    expect(begun.state()).toEqual(failed);
    expect(await begun.ended).toEqual(failed);
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  it('that was complete before it was limited stays when it fits, and takes its room', async () => {
    const budget = new DownloadBudget(10);
    const begun = unclaimed();
    begun.onProgress(complete(9));
    begun.limit(budget);
    const next = unclaimed('next');
    next.onProgress(complete(2));
    next.limit(budget);

    expect(await begun.ended).toMatchObject({ state: 'completed' });
    expect(await next.ended).toMatchObject({ state: 'failed', reason: expect.stringContaining('take all the room') });
  });

  it('that is discarded removes its file, also when it comes to its end after that', async () => {
    const begun = download();

    await begun.discard();
    await writeFile(join(folder, 'guid'), 'all of it');
    begun.onProgress(complete(9));

    expect(await begun.ended).toEqual({ state: 'failed', reason: 'It was discarded.' });
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  it('whose browser is gone can be discarded all the same', async () => {
    const cancel = () => Promise.reject(new Error('closed'));
    const begun = new PageDownload({ guid: 'guid', url: '', fileName: '', folder, cancel });

    await expect(begun.discard()).resolves.toBeUndefined();
  });
});

describe('the downloads of all tabs', () => {
  it('may take so much of the disk; what would go beyond it is cancelled, what was announced included', () => {
    const budget = new DownloadBudget(1_000);
    const [first, second, third] = ['first', 'second', 'third'].map((guid) => download(guid, budget));

    first!.onProgress(complete(600));
    second!.onProgress(growing(0, 400));
    third!.onProgress(growing(1));

    expect(cancelled).toEqual(['third']);
    expect(third!.state()).toEqual({
      state: 'failed',
      reason: 'The downloads that the node keeps take all the room that they may.',
    });
  });

  it('have room again for what failed, and for what was discarded', async () => {
    const budget = new DownloadBudget(1_000);
    const [first, second, third] = ['first', 'second', 'third'].map((guid) => download(guid, budget));
    first!.onProgress(complete(600));
    second!.onProgress(growing(400));

    await first!.discard();
    second!.onProgress({ receivedBytes: 400, totalBytes: 0, state: 'canceled' });
    third!.onProgress(complete(1_000));

    expect(third!.state()).toMatchObject({ state: 'completed' });
    expect(cancelled).toEqual([]);
  });
});
