import { expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { RelayTime } from './relay-time.js';

it('reads each timestamp as what it says, whichever was read before it', () => {
  const time = new RelayTime(new ManualClock());
  const [noon, later] = ['2026-01-31T12:00:00.000Z', '2026-01-31T13:00:00.001+01:00'];
  const read = [noon, noon, later, 'yesterday', '', undefined, later, noon].map((text) => time.parse(text));

  const [noonMs, laterMs] = [Date.parse(noon), Date.parse(later)];
  expect(read).toEqual([noonMs, noonMs, laterMs, undefined, undefined, undefined, laterMs, noonMs]);
});
