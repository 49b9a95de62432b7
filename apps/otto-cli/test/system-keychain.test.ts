import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';
import { SystemKeychain } from '../src/keychain/system-keychain.js';

/** Long enough for the slowest machine: whoever expects silence says so. */
const LONG_MS = 60_000;

describe('SystemKeychain', () => {
  it('tells a secret to its program by the channel, not where others can read it', async () => {
    const { keychain, notes } = keychainWith(`process.on('message', (message) => {
      note(JSON.stringify({ message, words: process.argv.slice(2), seen: JSON.stringify(process.env).includes('cs_1') }));
      process.send({ secret: message.act === 'read' ? 'cs_1' : null });
    })`);

    await keychain.write('clt_1', 'cs_1');
    expect(await keychain.read('clt_1')).toBe('cs_1');
    await keychain.remove('clt_1');

    const plain = { words: [], seen: false };
    expect(notes().map((line): unknown => JSON.parse(line))).toEqual([
      { message: { act: 'write', name: 'clt_1', secret: 'cs_1' }, ...plain },
      { message: { act: 'read', name: 'clt_1' }, ...plain },
      { message: { act: 'remove', name: 'clt_1' }, ...plain },
    ]);
  });

  it('has no secret where its program has none', async () => {
    const { keychain } = keychainWith(`process.on('message', () => process.send({ secret: null }))`);

    expect(await keychain.read('clt_1')).toBeUndefined();
  });

  it.each([
    [`process.on('message', () => process.send({ problem: 'it is locked' }))`, 'it is locked'],
    [`process.on('message', () => process.send({ secret: 7 }))`, 'what it answered was not understood'],
    [`process.exit(3)`, 'its program ended without an answer'],
    [`throw new Error('broken')`, 'its program ended without an answer'],
  ])('fails with what its program says or does: %s', async (program, problem) => {
    const { keychain } = keychainWith(program);

    await expect(keychain.read('clt_1')).rejects.toThrow(problem);
  });

  it('ends a program that does not answer, and asks no second time', async () => {
    const { keychain, notes } = keychainWith('note(process.pid); while (true);', { answerMsMax: 1_000 });

    await expect(keychain.read('clt_1')).rejects.toThrow('it has not answered for 1 s');
    await expect(keychain.write('clt_1', 'cs_1')).rejects.toThrow('it has not answered for 1 s');

    expect(notes().length).toBeLessThan(2);
    for (const pid of notes()) await expect.poll(() => isAlive(Number(pid))).toBe(false);
  });

  it('says once that it waits', async () => {
    const onWaiting = vi.fn();
    const { keychain } = keychainWith(
      `process.on('message', () => setTimeout(() => process.send({ secret: null }), 100))`,
      {
        onWaiting,
        waitingMs: 10,
      },
    );

    await keychain.read('clt_1');
    await keychain.read('clt_1');

    expect(onWaiting).toHaveBeenCalledOnce();
  });

  it('gives up when the command is interrupted, and its program ends', async () => {
    const abort = new AbortController();
    const { keychain, notes } = keychainWith('note(process.pid); setInterval(() => {}, 1_000);', {
      signal: abort.signal,
    });

    const read = keychain.read('clt_1');
    read.catch(() => undefined);
    await expect.poll(notes).toHaveLength(1);
    abort.abort();

    await expect(read).rejects.toThrow();
    await expect.poll(() => isAlive(Number(notes()[0]))).toBe(false);
  });
});

/** A keychain that asks a program of the test, which can write notes. */
function keychainWith(
  body: string,
  options: { answerMsMax?: number; waitingMs?: number; onWaiting?: () => void; signal?: AbortSignal } = {},
) {
  const folder = temporaryFolder();
  const program = join(folder, 'program.mjs');
  const noted = join(folder, 'notes');
  writeFileSync(noted, '');
  writeFileSync(
    program,
    `import { appendFileSync } from 'node:fs';
     const note = (text) => appendFileSync(${JSON.stringify(noted)}, text + '\\n');
     ${body}`,
  );
  const { signal = new AbortController().signal, ...others } = options;
  const keychain = new SystemKeychain({ env: process.env, answerMsMax: LONG_MS, program, signal, ...others });
  return {
    keychain,
    notes: () =>
      readFileSync(noted, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
