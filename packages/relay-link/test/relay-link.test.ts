import { OttoError, type Envelope } from '@telepat/otto-protocol';
import { ManualClock, SequentialIds } from '@telepat/otto-relay-core/testing';
import { describe, expect, it } from 'vitest';
import {
  ATTEMPT_MS_MAX,
  EXPECTING_WAIT_MS_MAX,
  PONG_MS_MAX,
  RelayLink,
  STABLE_MS,
  type LinkState,
  type RelayLinkOptions,
} from '../src/index.js';
import { MemoryNetwork, settled, type FarEnd } from '../src/testing/index.js';

const INTERVAL_MS = 8_000;

describe('letting in', () => {
  it('sends hello and auth in one burst, and is ready when the relay says so', async () => {
    const { link, far, frames } = world({ hello: { nodeId: 'node_a', capabilities: ['primitive.tab.open'] } });
    link.start();
    await settled();

    far().accept();
    await settled();
    const sent = frames(far());
    accept(far());
    await link.ready();

    expect(far().url).toBe('ws://relay:8787/?role=controller');
    expect(sent.map((frame) => frame.messageType)).toEqual(['hello', 'auth']);
    expect(sent[0]?.payload).toEqual({
      role: 'controller',
      nodeId: 'node_a',
      capabilities: ['primitive.tab.open'],
    });
    expect(sent[1]?.payload).toEqual({ accessToken: 'token-1' });
    expect(link.state).toMatchObject({ phase: 'ready', session: { controllerId: 'ctl_1', scopes: ['logs.read'] } });
  });

  it('goes through its states in order', async () => {
    const { link, far, phases } = world();
    link.start();
    await settled();
    far().accept();
    await settled();
    accept(far());
    await settled();

    await link.close();

    expect(phases()).toEqual(['connecting', 'proving', 'ready', 'closed']);
  });

  it('a refused token is renewed once and tried on the same socket', async () => {
    const { link, far, frames, network } = await proving();

    refuse(far(), { code: 'invalid_access_token', category: 'auth', retryable: true });
    await settled();
    accept(far());
    await link.ready();

    expect(frames(far()).map((frame) => frame.messageType)).toEqual(['hello', 'auth', 'auth']);
    expect(frames(far())[2]?.payload).toEqual({ accessToken: 'token-2' });
    expect(network.opened).toHaveLength(1);
  });

  it('a token that is refused twice ends the link', async () => {
    const { link, far, clock, network } = await proving();
    const ready = link.ready();

    refuse(far(), { code: 'invalid_access_token', category: 'auth', retryable: true });
    await settled();
    refuse(far(), { code: 'invalid_access_token', category: 'auth', retryable: true });

    await expect(ready).rejects.toMatchObject({ code: 'invalid_access_token' });
    clock.advance(60_000);
    await settled();
    expect(link.state.phase).toBe('closed');
    expect(network.opened).toHaveLength(1);
    expect(clock.armedCount).toBe(0);
  });

  it('a refusal that will never change ends the link with the words of the relay', async () => {
    const { link, far } = await proving();
    const ready = link.ready();

    refuse(far(), { code: 'node_mismatch', category: 'auth', message: 'That is not your node.' });

    await expect(ready).rejects.toThrow('That is not your node.');
    expect(link.state.phase).toBe('closed');
  });

  it('a passing refusal is tried again', async () => {
    const { link, far } = await proving();

    refuse(far(), { code: 'relay_shutting_down', category: 'routing', retryable: true });
    await settled();

    expect(link.state).toMatchObject({ phase: 'waiting', error: { code: 'relay_shutting_down' } });
  });

  it('a source without a token ends the link, unless a token may come later', async () => {
    const gone = world({ tokens: failing(new OttoError('invalid_refresh_token')) });
    const spent = world({ tokens: failing(new OttoError('invalid_access_token')) });
    const later = world({ tokens: failing(new OttoError('relay_unreachable', { effect: 'none' })) });

    const broken = world({ tokens: { accessToken: () => Promise.reject(new Error('EMFILE')) } });

    for (const { link } of [gone, spent, later, broken]) link.start();
    await settled();

    expect(gone.link.state).toMatchObject({ phase: 'closed', error: { code: 'invalid_refresh_token' } });
    expect(spent.link.state).toMatchObject({ phase: 'closed', error: { code: 'invalid_access_token' } });
    expect(later.link.state).toMatchObject({ phase: 'waiting', error: { code: 'relay_unreachable' } });
    expect(broken.link.state).toMatchObject({ phase: 'waiting', error: { code: 'internal_error' } });
    expect(gone.network.opened).toHaveLength(0);
  });

  it('a relay that says nothing is given up after a while', async () => {
    const { link, clock, far } = await proving();
    const ready = link.ready();

    clock.advance(ATTEMPT_MS_MAX);

    await expect(ready).rejects.toMatchObject({ code: 'relay_unreachable', retryable: true });
    expect(far().closedByNear).toBeDefined();
    expect(link.state.phase).toBe('waiting');
  });
});

describe('healing', () => {
  it('a relay that is not there is tried again, later each time', async () => {
    const { link, clock, network, states } = world();
    link.start();
    const ready = link.ready();

    for (const tries of [1, 2, 3]) {
      await settled();
      expect(network.opened).toHaveLength(tries);
      network.newest.close(1_006, 'connect ECONNREFUSED');
      await settled();
      clock.advance(waitOf(link.state));
    }

    await expect(ready).rejects.toMatchObject({ code: 'relay_unreachable' });
    const waits = states.filter((state) => state.phase === 'waiting').map(waitOf);
    expect(waits).toEqual([300, 550, 800]);
  });

  it('a session that lasted ends a row of failures, a short one does not', async () => {
    const { link, clock, far } = await ready();
    far().close(1_006);
    await settled();
    expect(waitOf(link.state)).toBe(300);

    await again({ link, clock, far });
    far().close(1_006);
    await settled();
    expect(waitOf(link.state)).toBe(550);

    await again({ link, clock, far });
    clock.advance(STABLE_MS - 1_000);
    far().send(frame('pong', {}));
    await settled();
    clock.advance(1_000);
    far().close(1_006);
    await settled();
    expect(waitOf(link.state)).toBe(300);
  });

  it('a relay that cuts each session at once is left in peace in the end, as one that is away', async () => {
    const { link, clock, far } = await ready();
    const waits: number[] = [];

    for (let cut = 0; cut < 160; cut += 1) {
      far().close(1_006);
      await settled();
      waits.push(waitOf(link.state));
      await again({ link, clock, far });
    }

    expect(waits[99]).toBeLessThanOrEqual(EXPECTING_WAIT_MS_MAX);
    expect(waits.at(-1)).toBeGreaterThan(EXPECTING_WAIT_MS_MAX);
    far().send(frame('pong', {}));
    clock.advance(STABLE_MS);
    far().close(1_006);
    await settled();
    expect(waitOf(link.state)).toBeLessThanOrEqual(EXPECTING_WAIT_MS_MAX);
  });

  it.each([
    [4_403, 'controller_revoked'],
    [4_409, 'relay_disconnected'],
  ])('does not come back after close code %i', async (code, expected) => {
    const { link, clock, far, network } = await ready();

    far().close(code, 'no more');
    await settled();
    clock.advance(60_000);
    await settled();

    expect(link.state).toMatchObject({ phase: 'closed', error: { code: expected, retryable: false } });
    expect(network.opened).toHaveLength(1);
  });

  it.each([1_001, 1_006, 1_008, 4_401, 4_408])('comes back after close code %i', async (code) => {
    const { link, clock, far } = await ready();

    far().close(code);
    await settled();
    await again({ link, clock, far });

    expect(link.state.phase).toBe('ready');
  });

  it('words of an old socket that were under way do not touch its successor', async () => {
    const { link, clock, far, network, heard } = await ready();
    const old = network.newest;
    const before = link.relayNow();
    old.send(frame('result', { ok: true }));
    old.send(frame('error', { code: 'timestamp_out_of_window', relayTime: '2001-01-01T00:00:00.000Z' }));
    old.send(frame('auth_ack', { accepted: true, scopes: [] }));

    clock.advance(INTERVAL_MS * 3);
    clock.advance(waitOf(link.state));
    await settled();
    far().accept();
    await settled();

    expect(far()).not.toBe(old);
    expect(link.state.phase).toBe('proving');
    expect(heard).toEqual([]);
    expect(link.relayNow()).toBeGreaterThan(before);
  });

  it('a link that was closed stays closed, and leaves no timer', async () => {
    const { link, clock, far, network } = await ready();
    far().close(1_006);
    await settled();

    await link.close();
    clock.advance(60_000);
    await settled();

    expect(network.opened).toHaveLength(1);
    expect(clock.armedCount).toBe(0);
    await expect(link.ready()).rejects.toMatchObject({ code: 'relay_disconnected' });
  });

  it('closing while the socket opens gives up the socket', async () => {
    const { link, far, network } = world();
    link.start();
    await settled();
    const ready = link.ready();

    await link.close();

    await expect(ready).rejects.toMatchObject({ code: 'relay_disconnected' });
    expect(network.opened).toHaveLength(1);
    expect(far().closedByNear).toMatchObject({ code: 1_000 });
  });

  it('can be started again after it was closed', async () => {
    const { link, far } = await ready();
    await link.close();

    link.start();
    await settled();
    far().accept();
    await settled();
    accept(far());

    await link.ready();
    expect(link.state.phase).toBe('ready');
  });
});

describe('heartbeat', () => {
  it('says ping in the rhythm that the relay asked for', async () => {
    const { clock, far, frames } = await ready();

    for (let beat = 0; beat < 5; beat += 1) {
      clock.advance(INTERVAL_MS);
      await settled();
      far().send(frame('pong', { ok: true }));
      await settled();
    }

    expect(frames(far()).filter((sent) => sent.messageType === 'ping')).toHaveLength(5);
  });

  it('a relay that fell silent for three intervals is left', async () => {
    const { link, clock, far } = await ready();

    clock.advance(INTERVAL_MS * 3 - 1);
    await settled();
    expect(link.state.phase).toBe('ready');
    clock.advance(1);

    expect(link.state).toMatchObject({ phase: 'waiting', error: { code: 'relay_disconnected' } });
    expect(far().closedByNear).toBeDefined();
  });

  it('any frame of the relay counts as a sign of life', async () => {
    const { link, clock, far } = await ready();

    for (let beat = 0; beat < 5; beat += 1) {
      clock.advance(INTERVAL_MS * 2);
      far().send(frame('event', { type: 'log' }));
      await settled();
    }

    expect(link.state.phase).toBe('ready');
  });

  it('answers the ping of the relay with its requestId', async () => {
    const { far, frames } = await ready();

    far().send(frame('ping', {}, 'req_of_relay'));
    await settled();

    expect(frames(far()).at(-1)).toMatchObject({
      messageType: 'pong',
      requestId: 'req_of_relay',
      payload: { ok: true },
    });
  });
});

describe('whether the relay is there', () => {
  it('is said the moment a ping stays unanswered, and again when one is answered', async () => {
    const answering: boolean[] = [];
    const { link, clock, far, frames } = await ready({ onAnswering: (isAnswered) => answering.push(isAnswered) });
    expect(link.isAnswered).toBe(true);

    clock.advance(INTERVAL_MS + PONG_MS_MAX - 1);
    await settled();
    expect(link.isAnswered).toBe(true);
    clock.advance(1);
    expect(link.isAnswered).toBe(false);
    expect(link.state.phase).toBe('ready');
    far().send(frame('event', { type: 'log' }));
    await settled();
    expect(link.isAnswered).toBe(false);
    far().send(frame('pong', { ok: true }, frames(far()).at(-1)!.requestId));
    await settled();

    expect(link.isAnswered).toBe(true);
    expect(answering).toEqual([false, true]);
  });

  it('is never in doubt while every ping is answered', async () => {
    const answering: boolean[] = [];
    const { clock, far } = await ready({ onAnswering: (isAnswered) => answering.push(isAnswered) });

    for (let beat = 0; beat < 5; beat += 1) {
      clock.advance(beat === 0 ? INTERVAL_MS : INTERVAL_MS - PONG_MS_MAX);
      await settled();
      clock.advance(PONG_MS_MAX - 1);
      far().send(frame('pong', { ok: true }));
      await settled();
      clock.advance(1);
    }

    expect(answering).toEqual([]);
  });

  it('is not said of a link without a connection', async () => {
    const { link, far } = await ready();

    far().close(1_006);
    await settled();

    expect(link.isAnswered).toBe(false);
  });
});

describe('what was sent', () => {
  it('is known to have arrived when a later ping is answered', async () => {
    const { link, clock, far, frames } = await ready();
    const arrived: string[] = [];

    link.send(frame('result', { ok: true }), () => arrived.push('first'));
    clock.advance(1_000);
    await settled();
    const ping = frames(far()).at(-1)!;
    link.send(frame('result', { ok: true }), () => arrived.push('second'));
    far().send(frame('pong', { ok: true }, 'another'));
    await settled();
    expect(arrived).toEqual([]);
    far().send(frame('pong', { ok: true }, ping.requestId));
    await settled();

    expect(ping.messageType).toBe('ping');
    expect(arrived).toEqual(['first']);
  });

  it('is asked about once while the relay does not answer, and again when it did', async () => {
    const { link, clock, far, frames } = await ready();
    const pings = () => frames(far()).filter(({ messageType }) => messageType === 'ping');

    for (let count = 0; count < 5; count += 1) {
      link.send(frame('result', { ok: true }), () => {});
      clock.advance(1_000);
      await settled();
    }
    expect(pings()).toHaveLength(1);
    far().send(frame('pong', { ok: true }, pings()[0]!.requestId));
    await settled();
    clock.advance(1_000);
    await settled();

    expect(pings()).toHaveLength(2);
  });

  it('before the connection was lost is not taken for arrived on the next one', async () => {
    const { link, clock, far, frames } = await ready();
    let arrived = 0;
    link.send(frame('result', { ok: true }), () => (arrived += 1));
    clock.advance(1_000);
    await settled();
    const ping = frames(far()).at(-1)!;

    far().close(1_006);
    await settled();
    await again({ link, clock, far });
    far().send(frame('pong', { ok: true }, ping.requestId));
    await settled();

    expect(arrived).toBe(0);
  });
});

describe('tokens', () => {
  it('are renewed while a session lasts, when their source says so', async () => {
    const asked: number[] = [];
    const clock = new ManualClock();
    let renewAt = 600_000;
    const tokens = {
      accessToken: () => {
        asked.push(clock.ticks());
        if (clock.ticks() >= renewAt) renewAt = clock.ticks() + 600_000;
        return Promise.resolve('token');
      },
      renewInMs: () => renewAt - clock.ticks(),
    };
    const { far, frames } = await ready({ clock, tokens });

    for (let ms = 0; ms < 1_300_000; ms += 1_000) {
      clock.advance(1_000);
      far().send(frame('pong', { ok: true }, frames(far()).at(-1)!.requestId));
      await settled();
    }

    expect(asked).toEqual([0, 600_000, 1_200_000]);
  });

  it('that could not be renewed are tried again, not without a pause, and the session goes on', async () => {
    const asked: number[] = [];
    const clock = new ManualClock();
    const tokens = {
      accessToken: () => {
        asked.push(clock.ticks());
        return asked.length === 1 ? Promise.resolve('token') : Promise.reject(new OttoError('relay_unreachable'));
      },
      renewInMs: () => -1,
    };
    const { link, far } = await ready({ clock, tokens });

    for (let ms = 0; ms < 12_000; ms += 1_000) {
      clock.advance(1_000);
      far().send(frame('pong', { ok: true }));
      await settled();
    }

    expect(asked).toEqual([0, 5_000, 10_000]);
    expect(link.state.phase).toBe('ready');
    await link.close();
    expect(clock.armedCount).toBe(0);
  });
});

describe('frames', () => {
  it('are sent only when the link is ready', async () => {
    const { link, far } = await ready();

    expect(link.send(frame('event', { type: 'session_detach' }))).toBe(true);
    far().close(1_006);
    await settled();

    expect(link.send(frame('event', { type: 'session_detach' }))).toBe(false);
  });

  it('of the session are handed on with the text they came as', async () => {
    const { far, heard } = await ready();
    const text = frame('result', { ok: true, extra: 1 }, 'req_9');

    far().send(text);
    far().send('not json at all');
    far().send(JSON.stringify({ ...JSON.parse(text), messageType: 'news_of_1.7' }));
    await settled();

    expect(heard).toEqual([text]);
  });

  it('are stamped with the time of the relay, however wrong our clock is', async () => {
    const clock = new ManualClock(Date.UTC(2001, 0, 1));
    const { link, far } = await ready({ clock });

    expect(new Date(link.relayNow()).toISOString()).toBe('2026-01-31T12:00:00.000Z');

    clock.advance(1_000);
    clock.jump(3_600_000);
    far().send(frame('error', { code: 'timestamp_out_of_window', relayTime: '2026-01-31T12:00:01.000Z' }));
    await settled();
    expect(new Date(link.relayNow()).toISOString()).toBe('2026-01-31T12:00:01.000Z');
  });
});

/** A link over a network in memory, not started. */
function world(overrides: Partial<RelayLinkOptions> & { clock?: ManualClock } = {}) {
  const clock = overrides.clock ?? new ManualClock();
  const ids = new SequentialIds();
  const network = new MemoryNetwork();
  const states: LinkState[] = [];
  const heard: string[] = [];
  let tokens = 0;
  const link = new RelayLink({
    role: 'controller',
    url: 'ws://relay:8787',
    hello: {},
    tokens: { accessToken: () => Promise.resolve(`token-${(tokens += 1)}`) },
    openSocket: network.openSocket,
    random: () => 0.5,
    newId: (prefix) => ids.next(prefix),
    onFrame: (_frame, text) => heard.push(text),
    onState: (state) => states.push(state),
    ...overrides,
    clock,
  });
  return {
    link,
    clock,
    network,
    states,
    heard,
    far: () => network.newest,
    frames: (far: FarEnd) => far.received.map((text) => JSON.parse(text) as Envelope),
    phases: () => states.map((state) => state.phase),
  };
}

/** … whose hello and auth are out. */
async function proving(overrides: Partial<RelayLinkOptions> & { clock?: ManualClock } = {}) {
  const made = world(overrides);
  made.link.start();
  await settled();
  made.far().accept();
  await settled();
  return made;
}

/** … that was let in. */
async function ready(overrides: Partial<RelayLinkOptions> & { clock?: ManualClock } = {}) {
  const made = await proving(overrides);
  accept(made.far());
  await made.link.ready();
  return made;
}

/** Lets the wait pass and the next try succeed. */
async function again({ link, clock, far }: { link: RelayLink; clock: ManualClock; far: () => FarEnd }) {
  clock.advance(waitOf(link.state));
  await settled();
  far().accept();
  await settled();
  accept(far());
  await link.ready();
}

function accept(far: FarEnd): void {
  far.send(
    frame('hello_ack', {
      accepted: true,
      heartbeatIntervalMs: INTERVAL_MS,
      relayVersion: '0.1.0',
      relayTime: '2026-01-31T12:00:00.000Z',
    }),
  );
  far.send(
    frame('auth_ack', {
      accepted: true,
      role: 'controller',
      controllerId: 'ctl_1',
      scopes: ['logs.read'],
      relayVersion: '0.1.0',
    }),
  );
}

function refuse(far: FarEnd, payload: object): void {
  far.send(frame('error', payload));
}

function failing(error: OttoError) {
  return { accessToken: () => Promise.reject(error) };
}

function waitOf(state: LinkState): number {
  return state.phase === 'waiting' ? state.retryInMs : 0;
}

function frame(messageType: string, payload: object, requestId = 'req_1'): string {
  return JSON.stringify({ protocolVersion: '1.0', messageType, requestId, senderRole: 'relay', payload });
}
