import { expect, it } from 'vitest';
import { Output } from './output.js';

it('a line of JSON holds nothing that a terminal would obey, and still says the same', () => {
  const written: string[] = [];
  const sink = { isTty: true, write: (text: string) => void written.push(text), drained: () => Promise.resolve() };
  const output = new Output({ stdout: sink, stderr: sink, env: {} }, { json: true });
  const content = 'a\u001b[31mb\u009b31mc\u007fd';

  output.answer({ content }, '');

  // eslint-disable-next-line no-control-regex -- these are what must not be there
  expect(written.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(JSON.parse(written.join(''))).toEqual({ content });
});
