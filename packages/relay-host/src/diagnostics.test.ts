import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDiagnostics, logStream } from './diagnostics.js';

describe('the log of the process', () => {
  it.skipIf(process.platform !== 'linux')('on a full disk fails alone, also when the process ends', async () => {
    const stream = logInto('/dev/full');
    const logger = createDiagnostics(stream);
    const isRefused = once(stream, 'write').then(
      () => false,
      (error: Error & { code?: string }) => error.code === 'ENOSPC',
    );

    logger.warn('the first line');
    expect(await isRefused).toBe(true);
    for (let line = 0; line < 1_000; line += 1) logger.warn({ filler: 'x'.repeat(2_000) }, 'one of very many');

    // What the process does last: it would not come back from there.
    stream.flushSync();
  });

  it('is written to the end, as long as there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otto-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'daemon.log');
    const stream = logInto(file);

    createDiagnostics(stream).warn('a line');
    stream.flushSync();

    // What was handed to the system before is on its way, and is not waited for.
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('"msg":"a line"');
  });
});

function logInto(path: string) {
  const stream = logStream(openSync(path, 'a'));
  // It closes the file.
  onTestFinished(() => stream.destroy());
  return stream;
}
