import { expect, it } from 'vitest';
import { ENDED_NODES_MAX, ENDED_REQUESTS_MIN, EndedRequests } from './ended-requests.js';

it("remembers whose a node's newest requests were, and forgets the older ones", () => {
  const ended = new EndedRequests();
  for (let count = 0; count < 10 * ENDED_REQUESTS_MIN; count += 1)
    ended.note('n1', `r${count}`, { clientId: `c${count}` });

  const known = Array.from({ length: 10 * ENDED_REQUESTS_MIN }, (_, count) => ended.ownerOf('n1', `r${count}`));
  const remembered = known.filter((owner) => owner !== undefined);
  expect(remembered.length).toBeGreaterThanOrEqual(ENDED_REQUESTS_MIN);
  expect(remembered.length).toBeLessThanOrEqual(2 * ENDED_REQUESTS_MIN);
  expect(known.at(-1)).toEqual({ clientId: `c${10 * ENDED_REQUESTS_MIN - 1}` });
  expect(known.slice(-remembered.length)).toEqual(remembered);
});

it('keeps the requests of nodes apart, and remembers so many nodes and no more', () => {
  const ended = new EndedRequests();
  for (let node = 0; node <= ENDED_NODES_MAX; node += 1) ended.note(`n${node}`, 'same', { clientId: `c${node}` });

  expect(ended.ownerOf('n0', 'same')).toBeUndefined();
  expect(ended.ownerOf('n1', 'same')).toEqual({ clientId: 'c1' });
  expect(ended.ownerOf(`n${ENDED_NODES_MAX}`, 'same')).toEqual({ clientId: `c${ENDED_NODES_MAX}` });
});
