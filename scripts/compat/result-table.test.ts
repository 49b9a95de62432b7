import { expect, it } from 'vitest';
import { tableOf } from './result-table.mjs';

it('a table has a line for each result, in columns', () => {
  const results = [
    { node: 'v20.19.0', suite: 'fast tests', isPassed: true, counts: '900 passed, 0 failed, 0 skipped', seconds: 9.6 },
    { node: 'v22.1.0', suite: 'packed', isPassed: false, counts: '3 passed, 1 failed, 0 skipped', seconds: 61 },
  ];

  expect(tableOf(results)).toBe(
    [
      'Node      what        result  tests                            seconds',
      'v20.19.0  fast tests  passed  900 passed, 0 failed, 0 skipped  10',
      'v22.1.0   packed      FAILED  3 passed, 1 failed, 0 skipped    61',
      '',
    ].join('\n'),
  );
});
