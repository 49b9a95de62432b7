import { describe, expect, it } from 'vitest';
import { FakeSink } from '../../test/fake-io.js';
import { Screen } from '../screen.js';
import { Narrator } from './narrator.js';

describe('Narrator', () => {
  it('tells each step in a line: what came of it and how long it took', async () => {
    const { sink, narrator } = narrate({ isTty: false });

    const port = await narrator.step('starting', () => Promise.resolve({ told: 'The relay listens.', value: 8787 }));

    expect(port).toBe(8787);
    expect(sink.text).toBe(' 1 ✓ The relay listens.  1.5 s\n');
    expect(narrator.steps).toEqual([{ title: 'starting', told: 'The relay listens.', durationMs: 1_500 }]);
  });

  it('tells a step that fails as failed, and passes its error on', async () => {
    const { sink, narrator } = narrate({ isTty: false });

    await expect(narrator.step('starting', () => Promise.reject(new Error('no')))).rejects.toThrow('no');

    expect(sink.text).toBe(' 1 ✗ starting  1.5 s\n');
  });

  it('shows on a terminal what is going on, and replaces it by what came of it', async () => {
    const { sink, narrator } = narrate({ isTty: true, noColour: true });

    await narrator.step('starting', () => Promise.resolve({ told: 'Started.', value: undefined }));

    expect(sink.text).toBe('\u001b[?7l 1   starting …\u001b[?7h\r\u001b[2K 1 ✓ Started.  1.5 s\n');
  });

  it('lets nothing foreign act on the terminal', async () => {
    const { sink, narrator } = narrate({ isTty: true, noColour: true });

    await narrator.step('a', () => Promise.resolve({ told: 'b\u001b]0;x\u0007', value: undefined }));
    narrator.detail('one\u001b[31m\ntwo');

    expect(sink.text).toBe('\u001b[?7l 1   a …\u001b[?7h\r\u001b[2K 1 ✓ b  1.5 s\n     │ one\n     │ two\n');
  });
});

function narrate(options: { isTty: boolean; noColour?: boolean }): { sink: FakeSink; narrator: Narrator } {
  const sink = new FakeSink(options.isTty);
  let ms = 0;
  const now = () => (ms += 1_500) - 1_500;
  const screen = new Screen(sink, options.noColour === true ? { NO_COLOR: '1' } : {});
  return { sink, narrator: new Narrator({ screen, now }) };
}
