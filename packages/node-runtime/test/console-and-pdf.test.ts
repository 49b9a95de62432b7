import { beforeEach, expect, it } from 'vitest';
import { nodeWorld, type NodeWorld } from './world.js';

const message = { text: 'said', isPageError: false };

let world: NodeWorld;
let tab: string;

beforeEach(async () => {
  world = await nodeWorld({
    'https://a.test/': {
      title: 'A',
      console: [
        { ...message, level: 'debug', at: 1_000 },
        { ...message, level: 'warn', at: 2_000 },
        { ...message, level: 'error', at: 3_000, isPageError: true },
      ],
      pdf: new Uint8Array([1, 2]),
    },
  });
  tab = await world.open(world.alice);
});

it.each<[object, number[]]>([
  [{}, [1_000, 2_000, 3_000]],
  [{ sinceMs: 2_000 }, [2_000, 3_000]],
  [{ level: 'warn' }, [2_000, 3_000]],
  [{ level: 'error', sinceMs: 3_001 }, []],
])('the console of a tab is read from a time on, and from a level on: %j', async (input, times) => {
  const { data } = await world.run(world.alice, 'primitive.page.console', input, tab);

  expect(data).toMatchObject({ tabSessionId: tab, sourceUrl: 'https://a.test/', droppedCount: 0 });
  expect(data['messages']).toMatchObject(times.map((at) => ({ at })));
});

it('the console of a page at an address is read in a temporary tab', async () => {
  const { data } = await world.run(world.alice, 'primitive.page.console', { url: 'https://a.test/' });

  expect(data['messages']).toHaveLength(3);
  expect(world.driver.open).toHaveLength(1);
});

it('the console can be read while a dialog is open', async () => {
  world.driver.pages[0]?.openDialog({ message: 'Well?' });

  const { data } = await world.run(world.alice, 'primitive.page.console', {}, tab);

  expect(data['messages']).toHaveLength(3);
});

it('a page is printed as PDF, from a tab or from an address', async () => {
  const fromTab = await world.run(world.alice, 'primitive.page.pdf', {}, tab);
  const fromUrl = await world.run(world.alice, 'primitive.page.pdf', { url: 'https://a.test/' });

  const printed = { sourceUrl: 'https://a.test/', byteLength: 2, contentBase64: 'base64 of 1,2' };
  expect(fromTab.data).toEqual({ tabSessionId: tab, ...printed });
  expect(fromUrl.data).toEqual(printed);
});
