import { OttoError } from '@telepat/otto-protocol';
import { SNAPSHOT_NODES_DEFAULT } from '@telepat/otto-protocol/limits';
import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PageInput } from '../src/index.js';
import type { ScriptedPage } from '../src/testing/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const onInput = (_input: PageInput, page: ScriptedPage): void => {
  void page.navigate({ url: 'https://b.test/', signal: new AbortController().signal });
};

let world: NodeWorld;
let tab: string;

beforeEach(async () => {
  world = await nodeWorld({
    'https://a.test/': { title: 'A', snapshot: '- heading "A"\n- button "Go" [ref=e1]', onInput },
    'https://b.test/': { title: 'B' },
  });
  tab = await world.open(world.alice);
});

const page = (): ScriptedPage => world.driver.pages[0]!;
const act = (name: string, input: object) => world.run(world.alice, `primitive.input.${name}`, input, tab);

describe('acting', () => {
  it.each<[string, object, PageInput]>([
    [
      'click',
      { selector: '#a' },
      { kind: 'click', target: { selector: '#a' }, button: 'left', clickCount: 1, modifiers: [] },
    ],
    [
      'click',
      { ref: 'e1', button: 'right', clickCount: 2, modifiers: ['Shift'] },
      { kind: 'click', target: { ref: 'e1' }, button: 'right', clickCount: 2, modifiers: ['Shift'] },
    ],
    ['hover', { ref: 'e1' }, { kind: 'hover', target: { ref: 'e1' }, modifiers: [] }],
    ['type', { text: 'abc' }, { kind: 'type', text: 'abc', delayMs: 0 }],
    [
      'type',
      { selector: '#a', text: 'abc', delayMs: 5 },
      { kind: 'type', target: { selector: '#a' }, text: 'abc', delayMs: 5 },
    ],
    ['fill', { selector: '#a', value: '' }, { kind: 'fill', target: { selector: '#a' }, value: '' }],
    ['press', { key: 'Control+a' }, { kind: 'press', key: 'Control+a' }],
    ['press', { ref: 'e2', key: 'Enter' }, { kind: 'press', target: { ref: 'e2' }, key: 'Enter' }],
    ['select', { ref: 'e2', values: ['x', 'y'] }, { kind: 'select', target: { ref: 'e2' }, values: ['x', 'y'] }],
    ['check', { ref: 'e2', checked: false }, { kind: 'check', target: { ref: 'e2' }, checked: false }],
    ['scroll', { dy: 100 }, { kind: 'scroll', dx: 0, dy: 100 }],
    ['scroll', { selector: '#a', dx: -5 }, { kind: 'scroll', target: { selector: '#a' }, dx: -5, dy: 0 }],
    ['scroll', { toRef: 'e3' }, { kind: 'scroll_into_view', target: { ref: 'e3' } }],
    ['drag', { ref: 'e3', toSelector: '#b' }, { kind: 'drag', target: { ref: 'e3' }, to: { selector: '#b' } }],
    [
      'upload',
      { ref: 'e3', files: [{ name: 'a.txt', mimeType: 'text/plain', contentBase64: 'YWJj' }] },
      {
        kind: 'upload',
        target: { ref: 'e3' },
        files: [
          { name: 'a.txt', mimeType: 'text/plain', bytes: Uint8Array.from('YWJj', (char) => char.charCodeAt(0)) },
        ],
      },
    ],
  ])('%s %j does what it says, and tells where the tab is then', async (name, input, expected) => {
    const { data } = await act(name, input);

    expect(page().inputs).toEqual([expected]);
    expect(data).toEqual({ tabSessionId: tab, url: 'https://b.test/', title: 'B' });
  });

  it.each<[string, object, RegExp]>([
    ['click', {}, /a selector or a ref/],
    ['click', { selector: '#a', ref: 'e1' }, /either selector or ref/],
    ['click', { ref: 'button' }, /ref/],
    ['click', { selector: '#a', clickCount: 4 }, /clickCount/],
    ['hover', { selector: '' }, /selector/],
    ['fill', { selector: '#a' }, /value/],
    ['press', { key: '' }, /key/],
    ['scroll', {}, /a distance \(dx, dy\)/],
    ['scroll', { dy: 5, toRef: 'e1' }, /a distance \(dx, dy\)/],
    ['scroll', { toRef: 'e1', toSelector: '#a' }, /either toSelector or toRef/],
    ['scroll', { ref: 'e1', toSelector: '#a' }, /selector and ref/],
    ['drag', { ref: 'e1' }, /a toSelector or a toRef/],
    ['upload', { ref: 'e1', files: [{ name: 'a', mimeType: 'b', contentBase64: '?' }] }, /contentBase64/],
  ])('%s %j is refused, and the field is named', async (name, input, sentence) => {
    const answer = await act(name, input);

    expect(answer).toMatchObject({ code: 'invalid_action_input', effect: 'none' });
    expect(answer['message']).toMatch(sentence);
    expect(page().inputs).toEqual([]);
  });

  it.each([
    [30_000, 29_000],
    [2_000, 1_000],
    [1_000, 500],
  ])('of a command of %i ms, the page gets %i ms, so that the node can tell what did not come', async (ms, waitMs) => {
    world.send(world.alice, 'primitive.input.click', { selector: '#a' }, tab, ms);
    await settled();

    expect(page().waitsMs).toEqual([waitMs]);
  });
});

describe('what a page tells of itself beside what it was asked for', () => {
  it.each([
    ['primitive.input.click', { selector: '#a' }, 'B'],
    ['primitive.dom.extract_markdown', {}, 'A'],
    ['primitive.page.snapshot', {}, 'A'],
  ])('it is not asked for again: %s', async (action, input, title) => {
    page().title = () => Promise.reject(new OttoError('script_failed', { message: 'It was asked again.' }));

    const { data } = await world.run(world.alice, action, input, tab);

    expect(data).toMatchObject({ title });
  });
});

describe('what became of an action that was cancelled', () => {
  it.each(['none', 'unknown'] as const)('is told as the browser knows it: %s', async (effect) => {
    page().act = (_input, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new OttoError('command_cancelled', { effect }))),
      );
    const clicking = world.send(world.alice, 'primitive.input.click', { selector: '#a' }, tab);
    await settled();

    world.alice.cancel(clicking);
    await settled();

    expect(world.answer(world.alice, clicking)).toMatchObject({
      code: 'command_cancelled',
      effect,
      retryable: effect === 'none',
    });
  });
});

describe('a snapshot', () => {
  it('of a tab or of a URL gives the outline, and says where it is from', async () => {
    const named = await world.run(world.alice, 'primitive.page.snapshot', {}, tab);
    const temporary = await world.run(world.alice, 'primitive.page.snapshot', { url: 'https://a.test/' });

    const outline = {
      url: 'https://a.test/',
      title: 'A',
      snapshot: '- heading "A"\n- button "Go" [ref=e1]',
      nodeCount: 2,
      truncated: false,
    };
    expect(named.data).toEqual({ tabSessionId: tab, ...outline });
    expect(temporary.data).toEqual(outline);
    expect(world.driver.open).toHaveLength(1);
  });

  it.each([
    [{ maxNodes: 1 }, 1],
    [{}, SNAPSHOT_NODES_DEFAULT],
  ])('%j has at most so many nodes: %i', async (input, maxNodes) => {
    const asked: number[] = [];
    const original = page().snapshot.bind(page());
    page().snapshot = (options) => {
      asked.push(options.maxNodes);
      return original(options);
    };

    const { data } = await world.run(world.alice, 'primitive.page.snapshot', input, tab);

    expect(asked).toEqual([maxNodes]);
    expect(data['truncated']).toBe(maxNodes === 1);
  });
});
