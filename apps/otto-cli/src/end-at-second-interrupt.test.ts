import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { endAtSecondInterrupt } from './end-at-second-interrupt.js';

it('ends the process when Ctrl+C comes again, and not when the first one comes twice', () => {
  const host = Object.assign(new EventEmitter(), { exit: vi.fn() });
  let now = 1_000;
  endAtSecondInterrupt(host, () => now);

  // As from a terminal and from npm, which passes it on.
  host.emit('SIGINT');
  now += 499;
  host.emit('SIGINT');
  expect(host.exit).not.toHaveBeenCalled();

  now += 1;
  host.emit('SIGINT');
  expect(host.exit).toHaveBeenCalledExactlyOnceWith(130);
});
