import { DOWNLOAD_NAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { expect, it } from 'vitest';
import { safeFileName } from './safe-file-name.js';

it.each([
  ['report.pdf', 'report.pdf'],
  ['Größe 日本 🙂.tar.gz', 'Größe 日本 🙂.tar.gz'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['..\\..\\boot.ini', '_.._boot.ini'],
  ['C:\\temp\\a.txt', 'C__temp_a.txt'],
  ['/etc/shadow', '_etc_shadow'],
  ['.bashrc', 'bashrc'],
  ['a.exe. . ', 'a.exe'],
  ['a\u0000b\nc\u001b[31m\u0085.txt', 'a_b_c_[31m_.txt'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['half\ud800.txt', 'half_.txt'],
  ['nul', '_nul'],
  ['Com1.txt', '_Com1.txt'],
  ['con .txt', '_con .txt'],
  ['CONIN$', '_CONIN$'],
  ['conout$.log', '_conout$.log'],
  ['COM¹', '_COM¹'],
  ['lpt³.txt', '_lpt³.txt'],
  ['console.txt', 'console.txt'],
  ['', 'download'],
  ['...', 'download'],
  [' \t ', '_'],
])('the name %j becomes %j', (name, safe) => {
  expect(safeFileName(name)).toBe(safe);
});

it.each(['n', 'ü', '日', '🙂'])('a long name of %j is cut at its stem, and no sign is torn apart', (sign) => {
  const safe = safeFileName(`${sign.repeat(5_000)}.pdf`);

  expect(safe).toMatch(new RegExp(`^(?:${sign})+\\.pdf$`, 'u'));
  const { length } = encodeURIComponent(safe).replace(/%../g, '.');
  expect(length).toBeLessThanOrEqual(DOWNLOAD_NAME_BYTES_MAX);
  expect(length).toBeGreaterThan(DOWNLOAD_NAME_BYTES_MAX - 4);
});

it.each([' ', '.'])('a long name whose cut end is %j does not end with it', (sign) => {
  const name = `n${sign.repeat(DOWNLOAD_NAME_BYTES_MAX)}`;

  expect(safeFileName(`${name}_`)).toBe('n');
  expect(safeFileName(`${name}n.pdf`)).toBe('n.pdf');
});

it.each([' ', '.', '. '])('a name with a million of %j costs no more than its length', (sign) => {
  const run = sign.repeat(1_000_000);

  expect(safeFileName(`${run}a${run}b.txt${run}`)).toBe('a.txt');
});
