import { ManualClock } from '@telepat/otto-relay-core/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import { PairedNode } from './paired-node.js';

it.each([
  ['its store is read', { isPaired: true }],
  ['its new tokens are stored', { isPaired: false }],
])('a node that is stopped while %s is not started any more', async (_name, { isPaired }) => {
  let read: (isPaired: boolean) => void = () => {};
  let store: () => void = () => {};
  let starts = 0;
  const membership = new PairedNode({
    node: { start: () => (starts += 1), ready: () => Promise.resolve(), state: { phase: 'stopped' } },
    tokens: { isPaired: () => new Promise((resolve) => (read = resolve)), forget: () => Promise.resolve() },
    pairing: { pair: () => new Promise((resolve) => (store = resolve)) },
    clock: new ManualClock(),
    onEnd: () => expect.unreachable('A node that was stopped does not end by itself.'),
  });
  const begun = membership.begin().catch((error: unknown) => error);
  if (!isPaired) {
    read(false);
    await settled();
  }

  membership.stop();
  read(true);
  store();

  expect(await begun).toMatchObject({ code: 'command_cancelled' });
  expect(starts).toBe(0);
});
