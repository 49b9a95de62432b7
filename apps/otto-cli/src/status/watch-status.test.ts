import { OttoError } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { Interruption } from '../interruption.js';
import { run } from '../run.js';
import type { StatusReport } from './status-report.js';
import { watchStatus } from './watch-status.js';

describe('watching the status', () => {
  it('shows each look, and looks again when the relay has just gone', async () => {
    const looks = [report('one'), new OttoError('relay_unreachable'), report('two')];

    const { shown, end } = await watched(looks);

    expect(shown).toEqual(['one', 'two']);
    expect(end).toMatchObject({ message: 'nobody watches' });
  });

  it('ends with what another look would not mend', async () => {
    const { shown, end } = await watched([report('one'), new OttoError('missing_access_token'), report('two')]);

    expect(shown).toEqual(['one']);
    expect(end).toMatchObject({ code: 'missing_access_token' });
  });

  it('is left with Ctrl+C, with one line of JSON for each look', async () => {
    const io = new FakeIo({ env: { OTTO_HOME: temporaryFolder() } });

    const running = run(io, ['status', '--watch', '--json']);
    await expect.poll(() => io.stdout.text, { timeout: 20_000 }).not.toBe('');
    io.abort(new Interruption('SIGINT'));

    expect(await running).toBe(130);
    expect(io.stdout.text).toBe('{"running":false,"warnings":[]}\n');
  });

  it('is written in place on a terminal', async () => {
    const io = new FakeIo({ isTty: true, env: { OTTO_HOME: temporaryFolder() } });

    const running = run(io, ['status', '--watch']);
    await expect.poll(() => io.stdout.text, { timeout: 20_000 }).toContain('The relay does not run.');
    io.abort(new Interruption('SIGINT'));

    expect(await running).toBe(130);
    expect(io.stdout.text.startsWith('\r\u001b[J')).toBe(true);
  });
});

async function watched(looks: (StatusReport | OttoError)[]) {
  const shown: string[] = [];
  const end: unknown = await watchStatus({
    look: () => {
      const next = looks.shift();
      if (next instanceof OttoError) return Promise.reject(next);
      return Promise.resolve(next ?? report(''));
    },
    show: ({ text }) => void shown.push(text),
    pause: () => (looks.length === 0 ? Promise.reject(new Error('nobody watches')) : Promise.resolve()),
  }).catch((error: unknown) => error);
  return { shown, end };
}

function report(text: string): StatusReport {
  return { document: { running: true, warnings: [] }, text };
}
