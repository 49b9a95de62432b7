import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WaitCondition } from '../src/index.js';
import type { ScriptedPage } from '../src/testing/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const WAIT = 'primitive.page.wait_for';

let world: NodeWorld;
let tab: string;

beforeEach(async () => {
  world = await nodeWorld({
    'https://a.test/': { title: 'A', values: { 'document.title': 'A', '(x) => x': [1, { b: null }] } },
    'https://b.test/': { title: 'B' },
  });
  tab = await world.open(world.alice);
});

const page = (): ScriptedPage => world.driver.pages[0]!;

/** The page looks at these parts, one after another, and the last never comes. */
function neverComes(...parts: (keyof WaitCondition)[]): void {
  page().waitFor = (_condition, { signal, onPart }) => {
    for (const part of parts) onPart?.(part);
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  };
}

describe('waiting', () => {
  it.each<[object, WaitCondition]>([
    [{ selector: '#a' }, { element: { selector: '#a', state: 'visible' } }],
    [{ selector: '#a', state: 'detached' }, { element: { selector: '#a', state: 'detached' } }],
    [
      { text: 'words', url: '**/x', loadState: 'load' },
      { text: 'words', url: '**/x', loadState: 'load' },
    ],
  ])('%j ends when it has come, and tells where the tab is then', async (input, condition) => {
    const { data } = await world.run(world.alice, WAIT, { ...input, timeoutMs: 5_000 }, tab);

    expect(page().waits).toEqual([condition]);
    expect(data).toEqual({ tabSessionId: tab, url: 'https://a.test/', title: 'A' });
  });

  it.each<[object, RegExp]>([
    [{}, /something to wait for/],
    [{ state: 'visible' }, /something to wait for/],
    [{ state: 'visible', text: 'words' }, /state belongs to a selector/],
    [{ text: '' }, /text/],
    [{ loadState: 'soon' }, /loadState/],
    [{ selector: '#a', timeoutMs: 0 }, /timeoutMs/],
  ])('%j is refused, and the field is named', async (input, sentence) => {
    const answer = await world.run(world.alice, WAIT, input, tab);

    expect(answer).toMatchObject({ code: 'invalid_action_input', effect: 'none' });
    expect(answer['message']).toMatch(sentence);
    expect(page().waits).toEqual([]);
  });

  it.each<[object, (keyof WaitCondition)[], RegExp]>([
    [{ selector: '#a', text: 'b' }, ['element'], /^Nothing that can be seen in the page matches #a\.$/],
    [{ selector: '#a', state: 'attached' }, ['element'], /^Nothing in the page matches #a\.$/],
    [{ selector: '#a', state: 'hidden' }, ['element'], /^Something that matches #a can still be seen in the page\.$/],
    [{ selector: '#a', state: 'detached' }, ['element'], /^Something in the page still matches #a\.$/],
    [
      { selector: '#a', text: 'some "words"' },
      ['element', 'text'],
      /^No visible text of the page contains "some \\"words\\""\.$/,
    ],
    [{ url: '**/x' }, ['url'], /^The tab did not come to an address that matches \*\*\/x\.$/],
    [{ loadState: 'load' }, ['loadState'], /^The page did not come as far as load\.$/],
    [{ selector: 'x'.repeat(2_000) }, ['element'], /^.{200,300}…\.$/],
    [{ selector: '#a' }, [], /^The page did not answer in time\.$/],
  ])('%j says what did not come, when its own time is over', async (input, parts, sentence) => {
    neverComes(...parts);
    const waiting = world.send(world.alice, WAIT, { ...input, timeoutMs: 5_000 }, tab);
    await settled();
    world.relay.clock.advance(4_999);
    await settled();
    expect(world.alice.terminals(waiting)).toEqual([]);

    world.relay.clock.advance(1);
    await settled();

    const answer = world.answer(world.alice, waiting);
    expect(answer).toMatchObject({ code: 'wait_timed_out', commandOutcome: 'failed', effect: 'none', retryable: true });
    expect(answer['message']).toMatch(sentence);
  });

  it.each([{}, { timeoutMs: 600_000 }])('%j ends before the time of the command is over', async (limit) => {
    neverComes('text');
    const waiting = world.send(world.alice, WAIT, { text: 'words', ...limit }, tab, 10_000);
    await settled();

    world.relay.clock.advance(9_000);
    await settled();

    expect(world.answer(world.alice, waiting)).toMatchObject({ code: 'wait_timed_out' });
  });

  it.each([{}, { timeoutMs: 600_000 }])('%j goes on for whoever joins and waits for longer', async (limit) => {
    neverComes('text');
    const first = await ask(limit);
    await world.pass(20_000);
    const second = await ask(limit);
    await world.pass(28_000);
    expect(world.answer(world.alice, first)).toMatchObject({ code: 'command_timed_out' });
    expect(world.alice.terminals(second)).toEqual([]);

    await world.pass(1_000);

    expect(world.answer(world.alice, second)).toMatchObject({ code: 'wait_timed_out' });
  });

  it('with a limit of its own ends with that, whoever joins', async () => {
    neverComes('text');
    await ask({ timeoutMs: 25_000 });
    await world.pass(20_000);
    const second = await ask({ timeoutMs: 25_000 });

    await world.pass(5_000);

    expect(world.answer(world.alice, second)).toMatchObject({ code: 'wait_timed_out' });
  });

  async function ask(limit: object): Promise<string> {
    const input = { text: 'words', ...limit };
    const id = world.alice.command('n1', { action: WAIT, input, tab, timeoutMs: 30_000, idempotencyKey: 'k1' });
    await settled();
    return id;
  }

  it('is cancelled as such', async () => {
    neverComes('text');
    const waiting = world.send(world.alice, WAIT, { text: 'words' }, tab);
    await settled();

    world.alice.cancel(waiting);
    await settled();

    expect(world.answer(world.alice, waiting)).toMatchObject({ code: 'command_cancelled', effect: 'none' });
  });

  it('ends with the dialog that opens meanwhile', async () => {
    neverComes('text');
    const waiting = world.send(world.alice, WAIT, { text: 'words' }, tab);
    await settled();

    page().openDialog({ message: 'Sure?' });
    await settled();

    expect(world.answer(world.alice, waiting)).toMatchObject({ code: 'dialog_open' });
  });
});

describe('evaluating', () => {
  it.each([
    ['document.title', undefined, 'A'],
    ['(x) => x', { any: 'json' }, [1, { b: null }]],
  ])('%s gives the value, of a tab or of a URL', async (expression, arg, value) => {
    const asked: unknown[] = [];
    const original = page().evaluate.bind(page());
    page().evaluate = (options) => {
      asked.push(options.arg);
      return original(options);
    };
    const input = { expression, ...(arg === undefined ? {} : { arg }) };

    const named = await world.run(world.alice, 'primitive.page.evaluate', input, tab);
    const temporary = await world.run(world.alice, 'primitive.page.evaluate', { ...input, url: 'https://a.test/' });

    expect(named.data).toEqual({ value });
    expect(temporary.data).toEqual({ value });
    expect(asked).toEqual([arg]);
    expect(world.driver.open).toHaveLength(1);
  });

  it('may have done anything when it fails', async () => {
    const failing = await world.run(world.alice, 'primitive.page.evaluate', { expression: '1' }, 'tab_gone');
    const unloaded = await world.run(world.alice, 'primitive.page.evaluate', {
      expression: '1',
      url: 'https://no.test/',
    });

    expect(failing).toMatchObject({ code: 'unknown_tab_session', effect: 'none' });
    expect(unloaded).toMatchObject({ code: 'navigation_failed', effect: 'unknown' });
  });
});

describe('moving a tab', () => {
  it('goes back, and tells where the tab is then', async () => {
    await world.run(world.alice, 'primitive.tab.navigate', { url: 'https://b.test/' }, tab);

    const { data } = await world.run(world.alice, 'primitive.tab.back', {}, tab);

    expect(data).toEqual({ tabSessionId: tab, url: 'https://a.test/', title: 'A' });
  });

  it('loads a page again', async () => {
    const { data } = await world.run(world.alice, 'primitive.tab.reload', {}, tab);

    expect(data).toEqual({ tabSessionId: tab, url: 'https://a.test/', title: 'A' });
  });

  it.each(['primitive.tab.back', 'primitive.tab.forward'])(
    '%s says so when there is nothing to go to',
    async (action) => {
      const answer = await world.run(world.alice, action, {}, tab);

      expect(answer).toMatchObject({ code: 'navigation_failed', effect: 'none', retryable: true });
    },
  );

  it('brings a tab to the front, also one that shows a dialog', async () => {
    page().openDialog({ message: 'Sure?' });

    const { data } = await world.run(world.alice, 'primitive.tab.activate', {}, tab);

    expect(page().isFront).toBe(true);
    expect(data).toMatchObject({ tabSessionId: tab, title: 'A', dialog: { message: 'Sure?' } });
  });
});
