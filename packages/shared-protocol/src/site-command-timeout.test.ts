import { describe, expect, it } from 'vitest';
import { siteCommandTimeoutMs } from './site-command-timeout.js';

const scaling = { inputField: 'pages', baseMs: 10_000, perUnitMs: 5_000 };

describe('how long a site command may take', () => {
  it.each([
    ['says nothing without a policy', undefined, { pages: 3 }, undefined],
    ['says nothing with an empty policy', {}, { pages: 3 }, undefined],
    ['is what its policy says for everything', { defaultMs: 45_000 }, { pages: 3 }, 45_000],
    ['grows with a number', { scaling }, { pages: 3 }, 25_000],
    ['grows with the length of a list', { scaling }, { pages: ['a', 'b'] }, 20_000],
    ['may be nothing but the beginning', { scaling }, { pages: 0 }, 10_000],
    ['is the default where the field is not given', { defaultMs: 45_000, scaling }, {}, 45_000],
    ['is not made from a field of the prototype', { scaling: { ...scaling, inputField: 'toString' } }, {}, undefined],
    ['is the default where the field is no number', { defaultMs: 45_000, scaling }, { pages: '3' }, 45_000],
    ['is the default where the number makes no sense', { defaultMs: 45_000, scaling }, { pages: -1 }, 45_000],
    ['is the default where the number is none', { defaultMs: 45_000, scaling }, { pages: Number.NaN }, 45_000],
    ['says nothing where neither is there', { scaling }, {}, undefined],
    ['is not under its minimum', { scaling: { ...scaling, minMs: 30_000 } }, { pages: 1 }, 30_000],
    ['is not over its maximum', { scaling: { ...scaling, maxMs: 20_000 } }, { pages: 9 }, 20_000],
    ['is never more than a command may take', { scaling }, { pages: 1e9 }, 600_000],
    ['is never more than that, however endless', { scaling }, { pages: Number.POSITIVE_INFINITY }, 600_000],
    ['is never less than a command may take', { defaultMs: 5 }, {}, 1_000],
    ['is a whole number', { scaling: { ...scaling, perUnitMs: 0.3 } }, { pages: 1 }, 10_000],
  ])('%s', (_name, policy, input, ms) => {
    expect(siteCommandTimeoutMs(policy, input)).toBe(ms);
  });
});
