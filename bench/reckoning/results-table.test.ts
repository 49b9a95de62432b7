import { describe, expect, it } from 'vitest';
import { cellsOf } from './results-table.mjs';

const row = { id: 'any', scenario: 'one tab', figure: 'CPU per command' };

describe('cellsOf', () => {
  it('shows a comparison as a ratio, with what was measured on both sides', () => {
    const compared = { ...row, unit: 'µs', besides: 'bare forwarder', target: { atMost: 1.5 } };
    const outcome = { figure: 1.62, lowest: 1.5, highest: 1.8, own: 64.12, beside: 39.58, isMet: false };

    expect(cellsOf([{ row: compared, outcome }])).toEqual([
      [
        'one tab',
        'CPU per command',
        '64.1 µs',
        '39.6 µs, bare forwarder',
        '1.62 × (1.50 to 1.80)',
        '≤ 1.50 ×',
        'missed',
      ],
    ]);
  });

  it('shows a figure of its own with its unit', () => {
    const alone = { ...row, unit: 'per second', target: { atLeast: 500 } };
    const outcome = { figure: 1_234.5, lowest: 990, highest: 1_500, own: 1_234.5, isMet: true };

    expect(cellsOf([{ row: alone, outcome }])).toEqual([
      [
        'one tab',
        'CPU per command',
        '1,235 per second',
        '',
        '1,235 per second (990 to 1,500)',
        '≥ 500 per second',
        'met',
      ],
    ]);
  });
});
