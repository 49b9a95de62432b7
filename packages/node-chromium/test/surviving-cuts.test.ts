import { ORPHAN_GRACE_MS } from '@telepat/otto-protocol/limits';
import type { Tab } from '@telepat/otto-sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CutController } from './cut-controller.js';
import { CutWorld } from './cut-world.js';

const HERS = 'https://shop.test/hers';
const HIS = 'https://shop.test/his';
const SITE = { [HERS]: { title: 'Hers', text: 'Teapots' }, [HIS]: { title: 'His', text: 'Kettles' } };

/** A machine that is so busy that a controller needs longer than the grace to come back may do better next time. */
const CUTS_MAX = 8;

let world: CutWorld;
let alice: CutController;
let bob: CutController;

beforeEach(async () => {
  world = await CutWorld.start(SITE);
  [alice, bob] = [await world.controller('Alice'), await world.controller('Bob')];
});

afterEach(() => world.stop());

it('a tab survives a cut of its controller that is shorter than the grace, and none that is longer', async () => {
  const his = await nodeOf(bob).tabs.open(HIS);
  const hers = await openedBeforeShortCut(alice, HERS);

  // Were the grace of her cut still running, it would be over before his.
  bob.cutForLong();
  await expect.poll(openUrls).not.toContain(HIS);

  expect(openUrls()).toEqual([HERS]);
  expect(await nodeOf(alice).tabs.list()).toMatchObject([{ tabSessionId: hers.tabSessionId, url: HERS }]);
  expect(await hers.text()).toBe('Teapots');
  bob.allowReturn();
  await expect.poll(() => bob.client.status.phase).toBe('connected');
  expect(await nodeOf(bob).tabs.list()).toEqual([]);
  await expect(his.text()).rejects.toMatchObject({ code: 'unknown_tab_session' });
});

it('a tab survives a cut of its node, and is still its owner’s alone', async () => {
  const hers = await nodeOf(alice).tabs.open(HERS);
  const seen = world.nodePhases.length;

  world.cutNode();
  await expect.poll(() => world.nodePhases.slice(seen)).toContain('connected');

  expect(await hers.text({ retry: true })).toBe('Teapots');
  expect(await nodeOf(alice).tabs.list()).toMatchObject([{ tabSessionId: hers.tabSessionId }]);
  expect(await nodeOf(bob).tabs.list()).toEqual([]);
  expect(openUrls()).toEqual([HERS]);
});

it.each([
  ['and ends', async () => {}],
  ['and ends after one more cut', () => alice.cutOff()],
])('who detaches %s finds the tab again at the next login, reads it and closes it', async (_how, meanwhile) => {
  await nodeOf(bob).tabs.open(HIS);
  const { tabSessionId } = await nodeOf(alice).tabs.open(HERS);

  expect(alice.client.detach()).toBe(true);
  await meanwhile();
  await alice.client.close();
  // One who just leaves after her has no tabs any more when her own grace would be over, too.
  await bob.client.close();
  await expect.poll(openUrls).not.toContain(HIS);
  await alice.login();
  const [found] = await nodeOf(alice).tabs.list();
  const tab = nodeOf(alice).tab(found?.tabSessionId ?? '');

  expect(tab.tabSessionId).toBe(tabSessionId);
  expect(await tab.text()).toBe('Teapots');
  await tab.close();
  expect(openUrls()).toEqual([]);
});

/** Opens a tab and cuts its controller off for a moment, by the relay's own clock. */
async function openedBeforeShortCut(controller: CutController, url: string): Promise<Tab> {
  for (let cuts = 0; cuts < CUTS_MAX; cuts += 1) {
    const tab = await nodeOf(controller).tabs.open(url);
    if ((await controller.cutOff()) < ORPHAN_GRACE_MS) return tab;
    // The clean-up that was due may not have come to it.
    await Promise.allSettled([tab.close()]);
    await expect.poll(openUrls).not.toContain(url);
  }
  throw new Error(`In ${CUTS_MAX} cuts the controller was never back within the grace.`);
}

function nodeOf({ client }: CutController) {
  return client.node(world.nodeId);
}

function openUrls(): string[] {
  return world.driver.open.map((page) => page.url());
}
