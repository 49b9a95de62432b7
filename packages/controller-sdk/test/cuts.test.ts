import type { ReceivedCommand } from '@telepat/otto-node-runtime/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import { sdkWorld } from './world.js';

const COMMANDS = 1_000;
const AT_ONCE = 60;

it.each([1, 2])(
  '1,000 durable commands through many cuts are each carried out once, with their own outcome (seed %i)',
  { timeout: 60_000 },
  async (seed) => {
    const random = dice(seed);
    // Each cut makes all that run be submitted again: the limit of a patient client is not what is tried here.
    const world = await sdkWorld({ config: { rateLimitPerMin: 100_000 } });
    const running: ReceivedCommand[] = [];
    const carriedOut = new Map<unknown, number>();
    const node = await world.node((command) => {
      // What the relay itself asks of a node is no part of this.
      if (command.action !== 'primitive.of_tomorrow') return { data: {} };
      const { n } = command.input;
      carriedOut.set(n, (carriedOut.get(n) ?? 0) + 1);
      running.push(command);
      return 'silence';
    });
    const client = await world.connect();
    const nodeSocket = world.network.opened[0]!;
    let next = 0;
    let cuts = 0;
    let resubmissions = 0;
    const outcomes: unknown[] = [];

    const worker = async (): Promise<void> => {
      for (let n = next++; n < COMMANDS; n = next++) {
        const { data } = await client.send(
          'primitive.of_tomorrow',
          { n },
          {
            nodeId: 'n1',
            ...(n % 3 === 0 ? {} : { tabSessionId: `t${n % 20}`, waitPolicy: 'wait_with_timeout' }),
            idempotencyKey: `key_${n}`,
            timeoutMs: 300_000,
            onEvent: ({ type }) => (resubmissions += type === 'resubmitted' ? 1 : 0),
          },
        );
        outcomes[n] = data;
      }
    };
    const work = Promise.all(Array.from({ length: AT_ONCE }, worker));
    let isDone = false;
    void work.finally(() => (isDone = true)).catch(() => {});

    while (!isDone) {
      await settled();
      for (const command of running.splice(0)) {
        if (random() < 0.05) node.reply(command, { data: { done: command.input['n'] } });
        else running.push(command);
      }
      if (random() < 0.15 && world.newestSocket !== nodeSocket) {
        cuts += 1;
        world.newestSocket.drop();
      }
      world.relay.clock.advance(100);
    }
    await work;

    expect(outcomes).toEqual(Array.from({ length: COMMANDS }, (_, n) => ({ done: n })));
    expect([...carriedOut].filter(([, times]) => times !== 1)).toEqual([]);
    expect(cuts).toBeGreaterThan(150);
    expect(resubmissions).toBeGreaterThan(500);
    expect(world.relay.bugs).toEqual([]);
    await client.close();
  },
);

/** The same row of chances for the same seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
