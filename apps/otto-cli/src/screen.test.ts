import { describe, expect, it } from 'vitest';
import { FakeSink } from '../test/fake-io.js';
import { Screen } from './screen.js';

describe('what changes in place', () => {
  it('goes back by as many rows as it had, and cuts what the terminal has no room for', () => {
    const sink = new FakeSink(true);
    sink.rows = 4;
    const screen = new Screen(sink, {});

    screen.live('one');
    screen.live('a\nb\nc\nd\ne');
    screen.live('last \u001b[2Jone');

    const [, first, second, third] = sink.text.split('\r\u001b[J');
    expect(first).toBe('\u001b[?7lone\n\u001b[?7h\u001b[1A');
    expect(second).toBe('\u001b[?7la\nb\n… and 3 more lines\n\u001b[?7h\u001b[3A');
    expect(third).toBe('\u001b[?7llast one\n\u001b[?7h');
  });

  it('is cut where a pending line is too long, so that it takes one row and can be taken away', () => {
    const sink = new FakeSink(true);
    const screen = new Screen(sink, {});

    screen.pending('starting …');
    screen.line('started');

    expect(sink.text).toBe('\u001b[?7lstarting …\u001b[?7h\r\u001b[2Kstarted\n');
  });

  it('follows itself where there is no terminal', () => {
    const sink = new FakeSink(false);
    const screen = new Screen(sink, {});

    screen.live('one');
    screen.live('two');

    expect(sink.text).toBe('one\n\ntwo\n');
  });
});
