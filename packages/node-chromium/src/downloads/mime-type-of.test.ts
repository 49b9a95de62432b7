import { expect, it } from 'vitest';
import { mimeTypeOf } from './mime-type-of.js';

it.each([
  ['a.pdf', 'https://a.test/a', 'application/pdf'],
  ['A.CSV', 'https://a.test/', 'text/csv'],
  ['photo.tar.gz', 'https://a.test/', 'application/gzip'],
  ['noending', 'https://a.test/a.pdf', 'application/octet-stream'],
  ['', '', 'application/octet-stream'],
  ['d.bin', 'data:application/JSON;charset=utf-8,{}', 'application/json'],
  ['d.txt', 'data:,x', 'text/plain'],
  ['d.txt', 'data:<script>/x,y', 'text/plain'],
])('a file %j from %s is of the type %s', (fileName, url, mimeType) => {
  expect(mimeTypeOf({ fileName, url })).toBe(mimeType);
});
