import { ManualClock } from '@telepat/otto-relay-core/testing';
import { TABS_PER_OWNER_MAX } from '@telepat/otto-protocol/limits';
import { expect, it } from 'vitest';
import { TabRegistry } from './tab-registry.js';
import { ScriptedPage } from './testing/index.js';

let count = 0;

function registry(): { tabs: TabRegistry; open: (owner?: string) => string } {
  const tabs = new TabRegistry({ newId: (prefix) => `${prefix}_${(count += 1)}`, clock: new ManualClock() });
  const open = (owner?: string): string => {
    const tab = tabs.expect(owner).arrived(new ScriptedPage(count, {}, undefined));
    tabs.add(tab);
    return tab.tabSessionId;
  };
  return { tabs, open };
}

it('an owner is shown the own tabs, and who asks for nobody in particular all of them, oldest first', () => {
  const { tabs, open } = registry();
  const opened = [open('a'), open('b'), open(), open('a')];

  expect(tabs.list('a').map(({ tabSessionId }) => tabSessionId)).toEqual([opened[0], opened[3]]);
  expect(tabs.list().map(({ tabSessionId }) => tabSessionId)).toEqual(opened);
});

it('a tab that goes by itself frees its place, once', () => {
  const { tabs, open } = registry();
  const [first] = Array.from({ length: TABS_PER_OWNER_MAX }, () => open('a'));
  expect(() => open('a')).toThrow(expect.objectContaining({ code: 'too_many_tabs', effect: 'none' }));

  const tab = tabs.require(first!);
  tab.life.gone('tab_closed');
  tabs.forget(tab);

  open('a');
  expect(() => open('a')).toThrow(expect.objectContaining({ code: 'too_many_tabs' }));
  expect(() => tabs.require(first!)).toThrow(expect.objectContaining({ code: 'unknown_tab_session' }));
});
