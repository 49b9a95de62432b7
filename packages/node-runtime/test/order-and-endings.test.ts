import { OttoError } from '@telepat/otto-protocol';
import { ORPHAN_GRACE_MS } from '@telepat/otto-protocol/limits';
import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { STOP_MS_MAX } from '../src/run-command.js';
import { nodeWorld, type NodeWorld } from './world.js';

const READ = 'primitive.dom.extract_text';

let world: NodeWorld;

beforeEach(async () => {
  world = await nodeWorld();
});

describe('a command that is told to stop', () => {
  it('by its controller ends as cancelled, with an honest effect', async () => {
    const tab = await world.open(world.alice);
    world.driver.pages[0]!.hold();
    const reading = world.send(world.alice, READ, {}, tab);
    await settled();

    world.alice.cancel(reading);
    await settled();

    expect(world.answer(world.alice, reading)).toMatchObject({
      code: 'command_cancelled',
      commandOutcome: 'cancelled',
      effect: 'none',
      retryable: true,
      action: READ,
      tabSessionId: tab,
    });
  });

  it('that may have acted already says that nobody knows', async () => {
    const tab = await world.open(world.alice);
    world.driver.pages[0]!.hold();
    const moving = world.send(world.alice, 'primitive.tab.navigate', { url: 'https://b.test/' }, tab);
    await settled();

    world.alice.cancel(moving);
    await settled();

    expect(world.answer(world.alice, moving)).toMatchObject({ effect: 'unknown', retryable: false });
  });

  it('and does not, keeps its tab but not its controller waiting', async () => {
    const tab = await world.open(world.alice);
    const release = world.driver.pages[0]!.hold({ isStubborn: true });
    const stubborn = world.send(world.alice, READ, {}, tab);
    await settled();
    world.alice.cancel(stubborn);
    await settled();
    expect(world.alice.terminals(stubborn)).toEqual([]);

    world.relay.clock.advance(STOP_MS_MAX);
    await settled();
    expect(world.answer(world.alice, stubborn)).toMatchObject({ code: 'command_cancelled' });
    const next = world.send(world.alice, READ, {}, tab);
    await settled();
    expect(world.alice.terminals(next)).toEqual([]);
    release();
    await settled();

    expect(world.answer(world.alice, next)).toMatchObject({ ok: true });
    expect(world.driver.pages[0]!.runningMax).toBe(1);
  });

  it('but was done all the same gives its result', async () => {
    const tab = await world.open(world.alice);
    const release = world.driver.pages[0]!.hold({ isStubborn: true });
    const reading = world.send(world.alice, READ, {}, tab);
    await settled();

    world.alice.cancel(reading);
    await settled();
    release();
    await settled();

    expect(world.answer(world.alice, reading)).toMatchObject({ ok: true, data: { text: 'Text of A' } });
  });

  it('because nobody came back for it tells that to whoever asks for it later', async () => {
    const tab = await world.open(world.bob);
    world.driver.pages[0]!.hold();
    const keyed = { action: READ, tab, idempotencyKey: 'k1' };
    world.alice.command('n1', keyed);
    await settled();
    world.alice.drop();
    world.relay.clock.advance(ORPHAN_GRACE_MS);
    await settled();

    const again = await world.relay.controller('alice');
    const asked = again.command('n1', keyed);
    await settled();

    const { code, message, actionableHint } = world.answer(again, asked);
    expect(code).toBe('command_cancelled');
    expect(message).toContain('was away for longer');
    expect(actionableHint).toContain('OTTO_ORPHAN_GRACE_MS');
  });

  it('while its temporary tab opens leaves no tab', async () => {
    let goOn: () => void = () => {};
    const original = world.driver.openPage.bind(world.driver);
    world.driver.openPage = async (options) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      return original({ ...options, signal: new AbortController().signal });
    };
    const reading = world.send(world.alice, READ, { url: 'https://a.test/' });
    await settled();

    world.alice.cancel(reading);
    await settled();
    goOn();
    await settled();

    expect(world.answer(world.alice, reading)).toMatchObject({ code: 'command_cancelled' });
    expect(world.driver.open).toEqual([]);
  });
});

describe('a deadline', () => {
  it('that passes ends the work, and the tab is free for the next command', async () => {
    const tab = await world.open(world.alice);
    const release = world.driver.pages[0]!.hold();
    const slow = world.send(world.alice, READ, {}, tab, 2_000);
    await settled();

    world.relay.clock.advance(2_000);
    await settled();
    release();

    expect(world.answer(world.alice, slow)).toMatchObject({ code: 'command_timed_out' });
    expect(await world.run(world.alice, READ, {}, tab)).toMatchObject({ ok: true });
  });
});

describe('closing with force', () => {
  it('does not wait, and what runs in the tab ends with tab_closed', async () => {
    const tab = await world.open(world.alice);
    world.driver.pages[0]!.hold();
    const reading = world.send(world.alice, READ, {}, tab);
    await settled();

    const closing = world.send(world.bob, 'primitive.tab.close', { force: true }, tab);
    await settled();

    expect(world.answer(world.bob, closing).data).toEqual({ closed: true, tabSessionId: tab });
    expect(world.answer(world.alice, reading)).toMatchObject({ code: 'tab_closed', effect: 'none' });
    expect(world.driver.open).toEqual([]);
  });

  it('without force waits for its turn', async () => {
    const tab = await world.open(world.alice);
    const release = world.driver.pages[0]!.hold();
    const reading = world.send(world.alice, READ, {}, tab);
    const closing = world.send(world.alice, 'primitive.tab.close', {}, tab);
    await settled();
    expect(world.driver.open).toHaveLength(1);

    release();
    await settled();

    expect(world.answer(world.alice, reading)).toMatchObject({ ok: true });
    expect(world.answer(world.alice, closing)).toMatchObject({ ok: true });
  });
});

describe('a connection that is lost', () => {
  it('does not lose the outcome of what ran meanwhile', async () => {
    const tab = await world.open(world.alice);
    const release = world.driver.pages[0]!.hold();
    const reading = world.send(world.alice, READ, {}, tab);
    await settled();
    const lost = world.network.newest;
    lost.close(1_006, 'the network failed');
    await settled();

    release();
    await settled();
    expect(world.alice.terminals(reading)).toEqual([]);
    world.relay.clock.advance(500);
    await settled();

    expect(world.node.state.phase).toBe('connected');
    expect(world.answer(world.alice, reading)).toMatchObject({ ok: true, data: { text: 'Text of A' } });
  });

  it('keeps the tabs', async () => {
    const tab = await world.open(world.alice);
    world.network.newest.drop();
    await settled();
    world.relay.clock.advance(500);
    await settled();

    expect(await world.run(world.alice, READ, {}, tab)).toMatchObject({ ok: true });
  });
});

describe('a frame that is repeated', () => {
  it('while its command is live is ignored', async () => {
    const tab = await world.open(world.alice);
    const release = world.driver.pages[0]!.hold();
    const reading = world.send(world.alice, READ, {}, tab);
    await settled();

    const payload = { targetNodeId: 'n1', action: READ, tabSessionId: tab, payload: {} };
    world.network.newest.send(
      JSON.stringify({
        protocolVersion: '1.0',
        messageType: 'command',
        requestId: reading,
        senderRole: 'relay',
        payload,
      }),
    );
    await settled();
    release();
    await settled();

    expect(world.log).toMatchObject([{ type: 'duplicate_command_ignored', requestId: reading }]);
    expect(world.answer(world.alice, reading)).toMatchObject({ ok: true });
  });

  it('that is no command is answered as such', async () => {
    world.network.newest.send(
      JSON.stringify({
        protocolVersion: '1.0',
        messageType: 'command',
        requestId: 'odd',
        senderRole: 'relay',
        payload: 7,
      }),
    );
    await settled();

    const [sent] = world.network.newest.received
      .map((text) => JSON.parse(text))
      .filter(({ requestId }) => requestId === 'odd');
    expect(sent).toMatchObject({ messageType: 'error', payload: { code: 'invalid_command', effect: 'none' } });
  });
});

it('a node that stops ends what runs, says so, and closes its tabs but not the browser', async () => {
  const tab = await world.open(world.alice);
  world.driver.pages[0]!.hold();
  const reading = world.send(world.alice, READ, {}, tab);
  await settled();

  await world.node.stop();

  expect(world.answer(world.alice, reading)).toMatchObject({ code: 'command_cancelled' });
  expect(world.driver.open).toEqual([]);
  expect(world.driver.isClosed).toBe(false);
  expect(world.relay.relay.tables()).toMatchObject({ nodes: 0 });
  expect(world.node.state).toEqual({ phase: 'stopped' });
});

describe('an answer that cannot be told', () => {
  it('because it is no JSON is told as a bug, and the tab goes on', async () => {
    const values = { big: 1n, fine: 2 };
    const odd = await nodeWorld({ 'https://a.test/': { title: 'A', values } });
    const tab = await odd.open(odd.alice);

    const answer = await odd.run(odd.alice, 'primitive.page.evaluate', { expression: 'big' }, tab);

    expect(answer).toMatchObject({ code: 'internal_error', effect: 'unknown' });
    expect(odd.log).toContainEqual(expect.objectContaining({ type: 'internal_error', error: expect.any(TypeError) }));
    const next = await odd.run(odd.alice, 'primitive.page.evaluate', { expression: 'fine' }, tab);
    expect(next.data).toMatchObject({ value: 2 });
  });

  it('because of a bug that the driver has named already has its cause in the log', async () => {
    const tab = await world.open(world.alice);
    const cause = new Error('no such field');
    world.driver.pages[0]!.evaluate = () => Promise.reject(OttoError.from(cause));

    const answer = await world.run(world.alice, 'primitive.page.evaluate', { expression: '1' }, tab);

    expect(answer).toMatchObject({ code: 'internal_error' });
    expect(world.log).toContainEqual(expect.objectContaining({ type: 'internal_error', error: cause }));
  });

  it.each([
    [59, { data: { value: expect.anything() } }],
    [61, { code: 'script_failed', message: 'The value is nested deeper than 60 levels.' }],
  ])('because it is too deep is an error of the script: %i levels', async (levels, answer) => {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = [value];
    const deep = await nodeWorld({ 'https://a.test/': { title: 'A', values: { deep: value } } });
    const tab = await deep.open(deep.alice);

    expect(await deep.run(deep.alice, 'primitive.page.evaluate', { expression: 'deep' }, tab)).toMatchObject(answer);
  });
});
