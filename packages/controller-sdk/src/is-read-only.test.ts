import { ACTIONS } from '@telepat/otto-protocol';
import { expect, it } from 'vitest';
import { isReadOnly } from './is-read-only.js';

it.each(Object.entries(ACTIONS))('%s is as read-only as its descriptor says', (action, { readOnly }) => {
  expect(isReadOnly(action)).toBe(readOnly);
});

it('an action that nobody knows may have effects', () => {
  expect(isReadOnly('command.run')).toBe(false);
  expect(isReadOnly('toString')).toBe(false);
});
