import { OttoError } from '@telepat/otto-protocol';
import { expect, it } from 'vitest';
import { abortWith } from './abort-with.js';

it('a follower is aborted for the same reason, at once where that has happened already', () => {
  const [leader, early, late] = [new AbortController(), new AbortController(), new AbortController()];
  const reason = new OttoError('tab_closed');

  abortWith(leader.signal, early);
  expect(early.signal.aborted).toBe(false);
  leader.abort(reason);
  abortWith(leader.signal, late);

  expect([early.signal.reason, late.signal.reason]).toEqual([reason, reason]);
});

it('a follower that has left goes on', () => {
  const [leader, follower] = [new AbortController(), new AbortController()];

  abortWith(leader.signal, follower)();
  leader.abort();

  expect(follower.signal.aborted).toBe(false);
});
