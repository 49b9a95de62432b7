import { EventEmitter } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import { endWhenStuck } from './end-when-stuck.js';

afterEach(() => void vi.useRealTimers());

it('keeps a process alive once that has nothing left to wait for, and fails it the next time', () => {
  vi.useFakeTimers();
  const host = new EventEmitter();
  const fail = vi.fn();
  endWhenStuck(host, fail, { holdMs: 1_000 });

  host.emit('beforeExit');
  expect(vi.getTimerCount()).toBe(1);
  expect(fail).not.toHaveBeenCalled();

  vi.advanceTimersByTime(1_000);
  host.emit('beforeExit');
  expect(fail).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'internal_error' }));
});
