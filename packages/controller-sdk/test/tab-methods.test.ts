import type { ReceivedCommand } from '@telepat/otto-node-runtime/testing';
import { expect, it } from 'vitest';
import type { CommandEvent } from '../src/index.js';
import { sdkWorld } from './world.js';

const FILE = { byteLength: 2, contentBase64: 'aGk=' };

it('an action takes its input first and the options of the command second', async () => {
  const { tab, commands } = await tabAt({ 'primitive.page.wait_for': { tabSessionId: 't1', url: 'https://a.test/' } });

  const events: CommandEvent[] = [];

  await tab.waitFor({ selector: '#done', timeoutMs: 2_000 }, { onEvent: (event) => events.push(event) });

  const input = { selector: '#done', timeoutMs: 2_000 };
  expect(commands).toEqual([expect.objectContaining({ action: 'primitive.page.wait_for', input, tabSessionId: 't1' })]);
  expect(events).toEqual([{ type: 'routed' }]);
});

it('the options of a reading command may stand beside its input, as they did, or in an object of their own', async () => {
  const { tab, commands } = await tabAt({ 'primitive.dom.extract_markdown': { content: '# Hi' } });

  const events: string[] = [];
  const onEvent = ({ type }: CommandEvent) => events.push(type);

  await tab.markdown({ maxChars: 10, onEvent });
  await tab.markdown({ maxChars: 10 }, { onEvent });

  const caller = { __controllerClientId: expect.any(String) };
  expect(commands.map(({ input }) => input)).toEqual(Array(2).fill({ maxChars: 10, ...caller }));
  expect(events).toEqual(['routed', 'routed']);
});

it('files come as bytes', async () => {
  const { tab } = await tabAt({
    'primitive.page.pdf': FILE,
    'primitive.page.download': { ...FILE, fileName: 'a.txt' },
  });

  const bytes = new Uint8Array([104, 105]);
  await expect(tab.pdf({ format: 'A5' })).resolves.toMatchObject({ ...FILE, bytes });
  await expect(tab.download('dl_1')).resolves.toMatchObject({ fileName: 'a.txt', bytes });
});

it('an expression gives its value, also when that is null', async () => {
  const { tab, commands } = await tabAt({ 'primitive.page.evaluate': { value: null } });

  await expect(tab.evaluate('(x) => x', { arg: null })).resolves.toBeNull();

  expect(commands[0]?.input).toMatchObject({ expression: '(x) => x', arg: null });
});

it('a page is read by its address in one call, without a tab', async () => {
  const { node, commands } = await tabAt({
    'primitive.dom.extract_text': { selector: 'body', text: 'Hi' },
    'primitive.dom.extract_markdown': { content: '# Hi' },
  });

  await expect(node.text({ url: 'https://a.test/' })).resolves.toBe('Hi');
  await expect(node.markdown({ url: 'https://a.test/', maxChars: 5 })).resolves.toMatchObject({ content: '# Hi' });

  expect(commands.map(({ tabSessionId }) => tabSessionId)).toEqual([undefined, undefined]);
  expect(commands[1]?.input).toMatchObject({ url: 'https://a.test/', maxChars: 5 });
});

it('what a node warns of is told to those who listen', async () => {
  const world = await sdkWorld();
  await world.node(() => ({ data: { selector: 'body', text: 'Hi' }, warnings: ['A dialog was dismissed.'] }));
  const events: CommandEvent[] = [];

  const text = await (
    await world.connect()
  )
    .node('n1')
    .tab('t1')
    .text({}, { onEvent: (event) => events.push(event) });

  expect(text).toBe('Hi');
  expect(events).toEqual([{ type: 'routed' }, { type: 'warned', warnings: ['A dialog was dismissed.'] }]);
});

it('a pop-up is among the tabs, and is a tab like any other', async () => {
  const opened = { tabSessionId: 't2', url: 'https://a.test/terms', title: 'Terms', active: true, createdAt: 1 };
  const { node, commands } = await tabAt({
    'primitive.tab.query': { tabSessions: { t2: 2 }, tabs: [{ ...opened, openerTabSessionId: 't1' }] },
    'primitive.dom.extract_text': { selector: 'body', text: 'Terms' },
  });

  const popup = (await node.tabs.list()).find(({ openerTabSessionId }) => openerTabSessionId === 't1');
  const text = await node.tab(popup?.tabSessionId ?? '').text();

  expect(text).toBe('Terms');
  expect(commands.at(-1)).toMatchObject({ tabSessionId: 't2' });
});

it('a pop-up that an outcome names is a tab like any other', async () => {
  const { tab, commands } = await tabAt({
    'primitive.input.click': { tabSessionId: 't1', url: 'u', popups: [{ tabSessionId: 't2', tabId: 2, url: 'v' }] },
    'primitive.dom.extract_text': { selector: 'body', text: 'Terms' },
  });

  const { popups = [] } = await tab.click({ selector: 'text=Terms' });
  const text = await tab.popup(popups[0]!).text();

  expect(text).toBe('Terms');
  expect(commands.at(-1)).toMatchObject({ tabSessionId: 't2' });
});

/** A tab at a node that answers each action with what is given for it. */
async function tabAt(answers: Readonly<Record<string, unknown>>) {
  const world = await sdkWorld({ scopes: ['*'] });
  const { commands } = await world.node(({ action }: ReceivedCommand) => ({ data: answers[action] }));
  const node = (await world.connect()).node('n1');
  return { node, tab: node.tab('t1'), commands };
}
