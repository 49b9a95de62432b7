import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { turnIfFull } from './bounded-log.js';

describe('turnIfFull', () => {
  it('leaves a log alone that is within bounds', () => {
    const log = openLog();
    writeSync(log.fd, 'one\ntwo\n');

    turnIfFull(log);

    expect(readFileSync(log.path, 'utf8')).toBe('one\ntwo\n');
  });

  it('keeps the full file beside an empty one, to which everybody goes on writing', () => {
    const log = openLog();
    writeSync(log.fd, 'one\ntwo\nthree\n');

    turnIfFull(log);
    writeSync(log.fd, 'four\n');
    appendFileSync(log.path, 'a crash\n');
    writeSync(log.fd, 'five\n');

    expect(readFileSync(`${log.path}.1`, 'utf8')).toBe('one\ntwo\nthree\n');
    expect(readFileSync(log.path, 'utf8')).toBe('four\na crash\nfive\n');
  });

  it('survives a folder that is gone', () => {
    const log = openLog();
    writeSync(log.fd, 'one\ntwo\nthree\n');

    expect(() => turnIfFull({ ...log, path: '/nowhere/daemon.log' })).not.toThrow();
  });
});

function openLog() {
  const path = join(temporaryFolder(), 'daemon.log');
  const fd = openSync(path, 'a', 0o600);
  onTestFinished(() => closeSync(fd));
  return { path, fd, bytesMax: 10, everyMs: 1_000 };
}
