import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIONS, DEFAULT_CONTROLLER_SCOPES, RELAY_SCOPES, SCOPE_PATTERN, holdsScope, scopesAllow } from './index.js';

describe('scopesAllow', () => {
  it('allows an action by its exact name, by its prefix and by *', () => {
    expect(scopesAllow(['primitive.tab.open'], 'primitive.tab.open')).toBe(true);
    expect(scopesAllow(['primitive.tab.*'], 'primitive.tab.open')).toBe(true);
    expect(scopesAllow(['primitive.*'], 'primitive.tab.open')).toBe(true);
    expect(scopesAllow(['*'], 'primitive.tab.open')).toBe(true);
  });

  it('takes a prefix to end at a dot', () => {
    expect(scopesAllow(['primitive.tab.*'], 'primitive.tabs.open')).toBe(false);
    expect(scopesAllow(['primitive.tab.*'], 'primitive.tab')).toBe(false);
    expect(scopesAllow(['primitive.tab'], 'primitive.tab.open')).toBe(false);
    expect(scopesAllow(['primitive*'], 'primitive.tab.open')).toBe(false);
  });

  it('allows nothing without a scope', () => {
    expect(scopesAllow([], 'primitive.tab.open')).toBe(false);
    expect(scopesAllow([''], 'primitive.tab.open')).toBe(false);
  });

  it.each([['primitive.tab.close_owned'], ['relay.command_status'], ['relay.anything']])(
    'never allows %s, which is the relay’s own, under any scopes',
    (action) => {
      fc.assert(
        fc.property(fc.array(fc.constantFrom('*', action, 'relay.*', 'primitive.*', 'primitive.tab.*')), (scopes) => {
          expect(scopesAllow(scopes, action)).toBe(false);
        }),
      );
    },
  );
});

describe('scopesAllow, for any scopes and action', () => {
  const word = fc.constantFrom('primitive', 'primitives', 'tab', 'open', 'close_owned', 'relay', 'x', '');
  const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('.'));
  const scope = fc.oneof(
    name,
    name.map((prefix) => `${prefix}.*`),
    name.map((prefix) => `${prefix}*`),
    fc.constantFrom('*', '**', '*.*', '.*', '*.open'),
  );

  it('says what a comparison word by word says', () => {
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 4 }), name, (scopes, action) => {
        expect(scopesAllow(scopes, action)).toBe(allowedWordByWord(scopes, action));
      }),
      { numRuns: 2_000 },
    );
  });

  it('allows what one of them alone allows, and nothing that none of them does', () => {
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 4 }), name, (scopes, action) => {
        expect(scopesAllow(scopes, action)).toBe(scopes.some((one) => scopesAllow([one], action)));
      }),
    );
  });

  /** A final `*` stands for one word or more; anywhere else it is a letter like any other. */
  function allowedWordByWord(scopes: readonly string[], action: string): boolean {
    const words = action.split('.');
    if ((words[0] === 'relay' && words.length > 1) || action === 'primitive.tab.close_owned') return false;
    return scopes.some((one) => {
      const wanted = one.split('.');
      const isOpen = wanted.at(-1) === '*';
      if (isOpen) wanted.pop();
      const hasLength = isOpen ? words.length > wanted.length : words.length === wanted.length;
      return hasLength && wanted.every((each, at) => each === words[at]);
    });
  }
});

describe('holdsScope', () => {
  it('lets * stand for reading logs and for no other scope of the relay', () => {
    expect(RELAY_SCOPES.filter((scope) => holdsScope(['*'], scope))).toEqual(['logs.read']);
    for (const scope of RELAY_SCOPES) expect(holdsScope([scope], scope)).toBe(true);
    expect(holdsScope(['relay.*'], 'relay.admin')).toBe(false);
  });
});

describe('DEFAULT_CONTROLLER_SCOPES', () => {
  it('are well-formed, and cover every action of this build that a controller may send unless it is sensitive', () => {
    for (const scope of DEFAULT_CONTROLLER_SCOPES) expect(scope).toMatch(SCOPE_PATTERN);
    for (const [action, { internal, sensitive }] of Object.entries(ACTIONS)) {
      const isOffered = internal !== true && sensitive !== true;
      expect(scopesAllow(DEFAULT_CONTROLLER_SCOPES, action), action).toBe(isOffered);
    }
  });

  it('are those that the documents promise', () => {
    expect(DEFAULT_CONTROLLER_SCOPES).toEqual([
      'primitive.tab.*',
      'primitive.dom.*',
      'primitive.page.snapshot',
      'primitive.page.screenshot',
      'primitive.page.pdf',
      'primitive.page.console',
      'primitive.page.wait_for',
      'primitive.page.dialog',
      'primitive.input.*',
      'command.list',
      'command.run',
      'command.test',
      'command.reddit_posts',
      'listener.subscribe',
      'listener.unsubscribe',
      'logs.read',
    ]);
  });

  it('hold nothing that gives power over the relay or other controllers', () => {
    expect(holdsScope(DEFAULT_CONTROLLER_SCOPES, 'relay.admin')).toBe(false);
    expect(holdsScope(DEFAULT_CONTROLLER_SCOPES, 'pairing.approve')).toBe(false);
    expect(scopesAllow(DEFAULT_CONTROLLER_SCOPES, 'primitive.page.evaluate')).toBe(false);
    expect(scopesAllow(DEFAULT_CONTROLLER_SCOPES, 'primitive.page.download')).toBe(false);
  });
});
