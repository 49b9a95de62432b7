import { expect, it } from 'vitest';
import { PROTOCOL_VERSION, isCompatibleVersion } from './version.js';

it('accepts every minor and patch version of its own major', () => {
  for (const version of [PROTOCOL_VERSION, '1', '1.0', '1.9', '1.12.345'])
    expect(isCompatibleVersion(version)).toBe(true);
});

it('refuses other majors and what is no version', () => {
  for (const version of ['', '0', '2', '2.0', '10', '1.', '1.x', '01', ' 1.0', '1.0\n', '1.0.0.0', '-1', '1e0']) {
    expect(isCompatibleVersion(version), JSON.stringify(version)).toBe(false);
  }
});
