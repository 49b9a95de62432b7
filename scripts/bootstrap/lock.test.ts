import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holdLock } from './lock.mjs';

describe('holdLock', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otto-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes the second wait until the first lets go, and leaves no file', async () => {
    const release = await holdLock(path, () => {});
    const onWait = vi.fn();
    let hasSecond = false;
    const second = holdLock(path, onWait).then((releaseSecond) => {
      hasSecond = true;
      return releaseSecond;
    });
    await vi.waitFor(() => expect(onWait).toHaveBeenCalledExactlyOnceWith(String(process.pid)));
    expect(hasSecond).toBe(false);

    release();
    (await second)();

    expect(existsSync(path)).toBe(false);
  });

  it('takes over the lock of a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(path, String(pid));
    const onWait = vi.fn();

    (await holdLock(path, onWait))();

    expect(onWait).not.toHaveBeenCalled();
  });

  it('takes over a lock that nobody touches any more, though a process of that number lives', async () => {
    writeFileSync(path, String(process.pid));
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, longAgo, longAgo);

    (await holdLock(path, () => {}))();

    expect(existsSync(path)).toBe(false);
  });
});
