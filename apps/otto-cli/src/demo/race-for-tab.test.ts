import { describe, expect, it } from 'vitest';
import type { CommandEvent, CommandOptions } from '@telepat/otto-sdk';
import { raceForTab } from './race-for-tab.js';

describe('raceForTab', () => {
  it('sends the others only once the first command runs, and tells everything in its order', async () => {
    const lane = new FakeLane();

    const outcome = await raceForTab({
      first: { name: 'ada', client: lane },
      second: { name: 'bob', client: lane },
      nodeId: 'node_a',
      tabSessionId: 'tab_1',
      busy: { url: 'https://example.com/' },
      now: () => 0,
      signal: new AbortController().signal,
    });

    expect(outcome.moments.map(({ who, action, what }) => `${who} ${action.split('.')[2]} ${what}`)).toEqual([
      'ada navigate runs',
      'bob extract_text queued, depth 1',
      'ada extract_text queued, depth 2',
      'ada navigate done',
      'bob extract_text runs',
      'bob extract_text done',
      'ada extract_text runs',
      'ada extract_text done',
    ]);
    expect(outcome.waitedRequestId).toBe('req_2');
  });
});

/** One tab that runs what it is sent one after another, a turn of the event loop each. */
class FakeLane {
  #count = 0;
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  async send(_action: string, _input: object, { onEvent }: CommandOptions) {
    const tell = (event: CommandEvent) => onEvent?.(event);
    const requestId = `req_${++this.#count}`;
    const before = this.#tail;
    let done = () => {};
    this.#tail = new Promise((resolve) => (done = resolve));
    if (requestId !== 'req_1') tell({ type: 'queued', queueDepth: ++this.#waiting });
    await before;
    tell({ type: 'routed' });
    await new Promise((resolve) => setImmediate(resolve));
    queueMicrotask(done);
    return { requestId, data: undefined, durationMs: 0, payload: {} };
  }
}
