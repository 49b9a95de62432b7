import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { entriesIn } from './log-tally.mjs';

it('finds every entry once, wherever the reading of a file is cut', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'otto-log-tally-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lines = ['command_routed', 'result', 'command_queued', 'lock_conflict'].map((type, index) =>
    JSON.stringify({ type, data: 'x'.repeat(index * 7) }),
  );
  // Three megabytes: the cuts after each megabyte fall anywhere.
  const text = `${lines.join('\n')}\n`.repeat(20_000);
  writeFileSync(join(folder, 'operations-2026-01-01.jsonl'), text);
  writeFileSync(join(folder, 'operations-2026-01-02.jsonl'), `${lines[1] ?? ''}\n`);
  writeFileSync(join(folder, 'other.jsonl'), text);

  expect(await entriesIn(folder)).toEqual({ command_routed: 20_000, command_queued: 20_000, result: 20_001 });
});
