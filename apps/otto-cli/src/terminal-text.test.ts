import { describe, expect, it } from 'vitest';
import { plainText } from './terminal-text.js';

describe('plainText', () => {
  it.each([
    ['colours', 'a\u001b[1;31mb\u001b[0mc', 'abc'],
    ['cursor movement and clearing', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['a window title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['a write to the clipboard, ended by ST', 'a\u001b]52;c;ZXZpbA==\u001b\\b', 'ab'],
    ['a device control string', 'a\u001bP1$r0m\u001b\\b', 'ab'],
    ['eight-bit sequences', 'a\u009b31mb\u009d0;t\u009cc', 'abc'],
    ['two-character sequences', 'a\u001bcb\u001b7c', 'abc'],
    ['the start of a string without an end', 'a\u001b]0;text', 'a]0;text'],
    ['bells, backspaces and carriage returns', 'a\u0007b\u0008c\rd', 'abcd'],
    ['a lone escape', 'a\u001b', 'a'],
  ])('takes out %s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('leaves words, line ends, tabs and every script alone', () => {
    const text = '# Ferjeruter\n\tBodø → 日本 🚢';

    expect(plainText(text)).toBe(text);
    expect(plainText('a\r\nb')).toBe('a\nb');
  });

  it('leaves nothing that a terminal obeys, however the sequences are nested', () => {
    expect(plainText('\u001b\u001b[31m[31m\u001b[\u001b]0;x\u0007m')).not.toContain('\u001b');
  });

  it('takes time in proportion to the text, whatever is in it', () => {
    const nasty = '\u001b]'.repeat(500_000);

    expect(plainText(nasty)).not.toContain('\u001b');
  });
});
