import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { BoundedLog } from './bounded-log.js';

describe('BoundedLog', () => {
  it('keeps the last full file beside the one it writes to', () => {
    const { path, log } = openLog({ bytesMax: 11 });

    for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) log.write(line);

    expect(readFileSync(`${path}.1`, 'utf8')).toBe('one\ntwo\n');
    expect(readFileSync(path, 'utf8')).toBe('three\nfour\n');
  });

  it('goes on at the end when somebody else wrote to the file', () => {
    const { path, log } = openLog({ bytesMax: 100 });

    log.write('ours\n');
    appendFileSync(path, 'a crash\n');
    log.write('ours again\n');

    expect(readFileSync(path, 'utf8')).toBe('ours\na crash\nours again\n');
  });
});

function openLog(options: { bytesMax: number }): { path: string; log: BoundedLog } {
  const path = join(temporaryFolder(), 'daemon.log');
  const fd = openSync(path, 'a', 0o600);
  onTestFinished(() => closeSync(fd));
  return { path, log: new BoundedLog({ path, fd, ...options }) };
}
