import { describe, expect, it } from 'vitest';
import { pageUrl, port, timeoutMs } from './option-values.js';

describe('option values', () => {
  it.each([
    ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
    ['http://localhost:8080', 'http://localhost:8080/'],
    ['example.com', 'https://example.com/'],
    ['localhost:8080/x', 'https://localhost:8080/x'],
  ])('take %s as the page %s', (typed, url) => {
    expect(pageUrl.parse(typed)).toBe(url);
  });

  it.each(['', 'file:///etc/passwd', 'javascript:alert(1)', 'chrome://settings', 'two words', 'http://'])(
    'refuse %j as a page',
    (typed) => {
      expect(pageUrl.safeParse(typed).success).toBe(false);
    },
  );

  it.each(['-1', '65536', '80.5', '0x50', '', 'eighty'])('refuse %j as a port and name the range', (typed) => {
    expect(port.safeParse(typed).error?.issues[0]?.message).toBe('must be a whole number of 0 to 65535');
  });

  it('take a timeout within the bounds of the relay', () => {
    expect(timeoutMs.parse('1500')).toBe(1_500);
    expect(timeoutMs.safeParse('999').success).toBe(false);
  });
});
