import { OttoError } from '@telepat/otto-protocol';
import { expect, it } from 'vitest';
import { unusable } from './unusable.js';

it.each([
  ['ENOSPC', 'Make room on the disk: df -h /o/nodes shows how full it is.'],
  ['EDQUOT', 'Make room on the disk: df -h /o/nodes shows how full it is.'],
  ['EROFS', 'The disk is read-only: set OTTO_HOME to a folder where you may write.'],
  ['EACCES', 'Set OTTO_HOME to a folder of your own.'],
])('what cannot be written for %s is named, with what mends it', (code, hint) => {
  const error = unusable('/o/nodes/n1.json', Object.assign(new Error(`${code}: no`), { code }));

  expect(error).toMatchObject({ code: 'invalid_configuration', hint });
  expect(error.message).toBe(`/o/nodes/n1.json cannot be written: ${code}: no.`);
});

it('what is told already stays as it is', () => {
  const told = new OttoError('invalid_configuration', { message: 'It is damaged.' });

  expect(unusable('/o', told)).toBe(told);
});
