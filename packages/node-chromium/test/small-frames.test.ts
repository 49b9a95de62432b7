import { CLOSE_CODES, isObject } from '@telepat/otto-protocol';
import type { ScriptedPage } from '@telepat/otto-node-runtime/testing';
import type { ListenerUpdate } from '@telepat/otto-sdk';
import { afterEach, expect, it } from 'vitest';
import { NODE_ID, ScriptedNodeWorld } from './scripted-node-world.js';

const FRAME_BYTES = 20_000;
const SMALL = 'https://small.test/';
const LARGE = 'https://large.test/';

let world: ScriptedNodeWorld;

afterEach(() => world.stop());

async function startWorld(): Promise<void> {
  world = await ScriptedNodeWorld.start({
    env: { OTTO_MAX_FRAME_BYTES: String(FRAME_BYTES) },
    site: {
      [SMALL]: { title: 'Small', text: 'y'.repeat(FRAME_BYTES / 2) },
      [LARGE]: { title: 'Large', text: 'x'.repeat(2 * FRAME_BYTES) },
    },
  });
}

it('a relay of small frames cuts the node once, and then updates that are too large are left out and counted', async () => {
  await startWorld();
  const tab = await world.client.node(NODE_ID).tabs.open(SMALL);
  const [page] = world.driver.pages;
  const updates = world.client.listeners.subscribe({
    nodeId: NODE_ID,
    listener: 'network.http_intercept',
    options: { tabSessionId: tab.tabSessionId, site: 'small.test' },
  });
  const seen: ListenerUpdate[] = [];
  const reading = (async () => {
    for await (const update of updates) seen.push(update);
  })();
  await updates.ready;

  page?.respond({ url: `${SMALL}large`, body: 'b'.repeat(3 * FRAME_BYTES) });
  await cuts(1);
  // The relay has ended the subscription with the connection, and the client begins it again.
  await expect.poll(() => page?.interceptions.size, { timeout: 20_000 }).toBe(1);
  await expect.poll(() => tell(page, 'again', seen), { timeout: 20_000 }).toBe(true);

  page?.respond({ url: `${SMALL}large-again`, body: 'b'.repeat(3 * FRAME_BYTES) });
  page?.respond({ url: `${SMALL}${'l'.repeat(3 * FRAME_BYTES)}` });
  page?.respond({ url: `${SMALL}last` });
  await expect.poll(() => urlOf(seen.at(-1)), { timeout: 20_000 }).toBe(`${SMALL}last`);

  expect(seen.find((update) => urlOf(update) === `${SMALL}large-again`)?.data).toMatchObject({
    error: 'too_large_for_frame',
  });
  expect(seen.at(-1)?.data).toMatchObject({ missedCount: 1 });
  await expect(tab.text()).resolves.toBe('y'.repeat(FRAME_BYTES / 2));
  expect(cutsSoFar()).toBe(1);
  updates.close();
  await reading;
});

it('an outcome that is too large costs one connection, and each other command keeps its own outcome', async () => {
  await startWorld();
  const node = world.client.node(NODE_ID);
  const large = await node.tabs.open(LARGE);
  const small = await node.tabs.open(SMALL);
  const release = [0, 1].map((index) => world.driver.pages[index]?.hold());
  const routed: string[] = [];
  const durable = (idempotencyKey: string) => ({
    idempotencyKey,
    onEvent: ({ type }: { type: string }) => void (type === 'routed' && routed.push(idempotencyKey)),
  });
  const reading = large.text({}, durable('large')).catch((error: unknown) => error);
  const other = small.text({}, durable('small'));
  await expect.poll(() => routed.toSorted(), { timeout: 20_000 }).toEqual(['large', 'small']);
  for (const go of release) go?.();

  await expect(other).resolves.toBe('y'.repeat(FRAME_BYTES / 2));
  await expect(reading).resolves.toMatchObject({ code: 'content_too_large', effect: 'unknown' });

  await cuts(1);
  await expect(large.text()).rejects.toMatchObject({ code: 'content_too_large' });
  await expect(small.text()).resolves.toBe('y'.repeat(FRAME_BYTES / 2));
  expect(cutsSoFar()).toBe(1);
});

/** Waits until the relay has cut the node's connection so often because of a frame, and the node is back. */
async function cuts(count: number): Promise<void> {
  await expect.poll(() => cutsSoFar() === count && world.node.state.phase, { timeout: 20_000 }).toBe('connected');
  expect(world.log.filter(({ type }) => type === 'frame_limit_learned')).toHaveLength(count);
}

/** A busy machine may lose a connection for another reason. */
function cutsSoFar(): number {
  return world.closeCodes.filter((code) => code === CLOSE_CODES.frame_too_large).length;
}

/** Lets the page load something, until an update of it has come: the subscription is open then. */
function tell(page: ScriptedPage | undefined, name: string, seen: readonly ListenerUpdate[]): boolean {
  page?.respond({ url: `${SMALL}${name}` });
  return seen.some((update) => urlOf(update) === `${SMALL}${name}`);
}

function urlOf(update: ListenerUpdate | undefined): unknown {
  return isObject(update?.data) ? update.data['url'] : undefined;
}
