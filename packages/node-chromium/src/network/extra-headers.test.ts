import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExtraHeaders, headersLength } from './extra-headers.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('headers that come by themselves', () => {
  it('belong to the answers of their request in order', async () => {
    const extra = new ExtraHeaders();
    extra.request('1', { n: 'first' });
    extra.response('1', { n: 'redirect' });
    extra.request('1', { n: 'second' });
    extra.response('1', { n: 'end' });

    expect([extra.nextIndex('1'), extra.nextIndex('1')]).toEqual([0, 1]);
    expect(await extra.of('1', 0)).toEqual({ request: { n: 'first' }, response: { n: 'redirect' } });
    expect(await extra.of('1', 1)).toEqual({ request: { n: 'second' }, response: { n: 'end' } });
  });

  it('are waited for when they come after their answer', async () => {
    const extra = new ExtraHeaders();
    const waiting = extra.of('1', 0);

    await vi.advanceTimersByTimeAsync(499);
    extra.response('1', { late: 'yes' });

    expect(await waiting).toEqual({ response: { late: 'yes' } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that do not come are not waited for longer than half a second', async () => {
    const extra = new ExtraHeaders();
    const told = vi.fn();
    void extra.of('1', 0).then(told);

    await vi.advanceTimersByTimeAsync(499);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect(told).toHaveBeenCalledWith({});
  });

  it('are kept of 4,000 requests; the oldest give way', async () => {
    const extra = new ExtraHeaders();
    for (let n = 0; n < 4_000; n += 1) extra.response(String(n), { n: String(n) });
    expect(await extra.of('0', 0)).toEqual({ response: { n: '0' } });

    extra.response('4000', {});

    expect(await extra.of('1', 0)).toEqual({ response: { n: '1' } });
    expect(await late(extra.of('0', 0))).toEqual({});
  });

  it('are kept up to 16 million characters; the oldest give way', async () => {
    const extra = new ExtraHeaders();
    const half = { n: 'x'.repeat(7_999_999) };
    extra.response('1', half);
    extra.response('2', half);
    expect(headersLength(half)).toBe(8_000_000);
    expect(await extra.of('1', 0)).toEqual({ response: half });

    extra.response('3', { n: '' });

    expect(await late(extra.of('1', 0))).toEqual({});
    expect(await extra.of('2', 0)).toEqual({ response: half });
  });

  it('of a request that is told of leave room for others', async () => {
    const extra = new ExtraHeaders();
    const full = { n: 'x'.repeat(15_999_999) };
    extra.response('1', full);
    extra.forget('1');

    extra.response('2', full);

    expect(await extra.of('2', 0)).toEqual({ response: full });
  });

  it('take room also where only their number is known', async () => {
    const extra = new ExtraHeaders();
    extra.response('first', { n: '1' });
    for (let n = 0; n < 4_000; n += 1) extra.nextIndex(String(n));

    expect(await late(extra.of('first', 0))).toEqual({});
  });
});

/** What comes of it when nothing more comes in. */
async function late<T>(work: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(500);
  return work;
}
