import { testRelay } from '@telepat/otto-relay-core/testing';
import { describe, expect, it } from 'vitest';
import { BACKOFF_MS_MAX, EXPECTING_MS, RelayLink, type LinkState } from '../src/index.js';
import { MemoryNetwork, networkTo, settled } from '../src/testing/index.js';

const NODES = 200;
const STEP_MS = 10;

/** While nothing is expected, time passes in longer steps. */
const AWAY_STEP_MS = 100;

describe('200 nodes that lose their relay at once', { timeout: 30_000 }, () => {
  it.each([
    ['a cut that nobody sees', 0, 0.4],
    ['a quick restart', 400, 0.4],
    ['a restart', 2_000, 0.2],
    ['a slow restart', 20_000, 0.2],
    ['a restart of the machine', 110_000, 0.2],
  ])('are back within 2 s after %s, and not together', async (_name, awayMs, shareMax) => {
    const world = await worldOf(NODES);

    world.goDown();
    await world.pass(awayMs, AWAY_STEP_MS);
    world.comeBack();
    await world.pass(2_000);

    expect(world.returns).toHaveLength(NODES);
    expect(mostWithin(100, world.returns)).toBeLessThanOrEqual(NODES * shareMax);
  });

  it('leave it in peace when it has been away for long, and come back all the same', async () => {
    const world = await worldOf(NODES);
    world.goDown();
    await world.pass(EXPECTING_MS + BACKOFF_MS_MAX, AWAY_STEP_MS);

    const before = world.tries;
    await world.pass(60_000, AWAY_STEP_MS);
    expect((world.tries - before) / NODES).toBeLessThan(60_000 / 6_000);
    world.comeBack();
    await world.pass(BACKOFF_MS_MAX);

    expect(world.returns).toHaveLength(NODES);
    expect(mostWithin(100, world.returns)).toBeLessThanOrEqual(NODES * 0.1);
  });
});

/** So many nodes at a relay in memory, which can go away and come back. */
async function worldOf(count: number) {
  const { clock, relay, token } = await relayWithTokens();
  const there = networkTo(relay);
  const nobody = new MemoryNetwork((far) => far.close(1_006, 'connect ECONNREFUSED'));
  const random = dice(7);
  const world = { tries: 0, returns: [] as number[], isUp: true };
  let downSince = 0;
  const links = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const nodeId = `n${index}`;
      const accessToken = await token(nodeId);
      let ids = 0;
      const link = new RelayLink({
        role: 'node',
        url: 'ws://relay',
        hello: { nodeId, instanceId: `ins_${index}` },
        tokens: { accessToken: () => Promise.resolve(accessToken) },
        openSocket: (...socket) => {
          world.tries += 1;
          return (world.isUp ? there : nobody).openSocket(...socket);
        },
        clock,
        random,
        newId: (prefix) => `${prefix}_${index}_${(ids += 1)}`,
        onFrame: () => {},
        onState: (state: LinkState) => {
          if (state.phase === 'ready' && downSince > 0) world.returns.push(clock.ticks());
        },
      });
      link.start();
      await link.ready();
      return link;
    }),
  );
  const pass = async (ms: number, stepMs = STEP_MS): Promise<void> => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(stepMs);
      await settled();
    }
  };
  await pass(STEP_MS);
  return Object.assign(world, {
    links,
    pass,
    goDown: () => {
      world.isUp = false;
      downSince = clock.ticks();
      for (const far of there.opened) far.drop();
    },
    comeBack: () => {
      world.isUp = true;
    },
  });
}

async function relayWithTokens() {
  const made = await testRelay();
  const token = (nodeId: string) => made.token({ role: 'node', nodeId, scopes: [] }, 86_400_000);
  return { clock: made.clock, relay: made.relay, token };
}

/** The most of the times that lie within a window. */
function mostWithin(windowMs: number, times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

/** The same row of chances for the same seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
