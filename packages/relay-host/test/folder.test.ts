import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../src/disk.js';
import { openFolder } from '../src/folder.js';
import { OperatorToken } from '../src/operator-token.js';
import { operatorTokenPath } from '../src/paths.js';
import { ensureTokenSecret } from '../src/token-secret.js';
import { tempFolder } from './support/temp-folder.js';

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the folder of a relay', () => {
  it.skipIf(process.platform === 'win32')('is made with its parents, closed to others', async () => {
    const folder = join(tempFolder(), 'a', 'b');

    await openFolder(folder);

    expect(modeOf(folder)).toBe(0o700);
  });

  it.skipIf(process.platform === 'win32')('that is open to others is closed to them', async () => {
    const folder = join(tempFolder(), 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o755);

    await openFolder(folder);

    expect(modeOf(folder)).toBe(0o700);
  });

  it.skipIf(process.platform !== 'linux')('that a file system will not make is told at once', async () => {
    await expect(openFolder('/proc/otto/relay')).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('/proc/otto'),
    });
  });

  describe.skipIf(process.getuid?.() === undefined)('that is in part somebody else’s', () => {
    const ownId = process.getuid?.() ?? 0;
    const stranger = ownId + 12_345;
    const refused = (folder: string, id: number, reason: string) =>
      expect(openFolder(folder, process.platform, id)).rejects.toMatchObject({
        code: 'start_failed',
        message: `The folder ${folder} cannot be used: ${reason}.`,
      });

    it('is refused', async () => {
      await refused(tempFolder(), stranger, 'it belongs to another user');
    });

    it.runIf(ownId === 0)('is refused when only the link to it is theirs', async () => {
      const folder = tempFolder();
      chownSync(folder, stranger, stranger);
      const link = join(tempFolder(), 'link');
      symlinkSync(folder, link);
      chmodSync(folder, 0o700);

      await refused(link, stranger, 'it belongs to another user');

      lchownSync(link, stranger, stranger);
      await openFolder(link, process.platform, stranger);
    });

    it.runIf(ownId === 0).each(['file', 'link'])('is refused when a %s of theirs lies in wait there', async (kind) => {
      const folder = tempFolder();
      chownSync(folder, stranger, stranger);
      const path = join(folder, 'controller-clients.jsonl');
      if (kind === 'file') writeFileSync(path, '');
      else symlinkSync(join(tempFolder(), 'elsewhere'), path);

      await refused(folder, stranger, 'controller-clients.jsonl belongs to another user');

      lchownSync(path, stranger, stranger);
      await openFolder(folder, process.platform, stranger);
    });

    it('is no matter to root: containers mount folders of other users', async () => {
      const folder = tempFolder();

      await openFolder(folder, process.platform, 0);

      expect(modeOf(folder)).toBe(0o700);
    });
  });

  it('is left as it is on Windows, which has no modes', async () => {
    const folder = join(tempFolder(), 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o755);

    await openFolder(folder, 'win32');

    expect(modeOf(folder)).toBe(0o755);
  });

  it('is refused in one sentence when it is a file', async () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, '');

    await expect(openFolder(path)).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining(path) as string,
    });
  });
});

describe('the operator token', () => {
  it('is 256 bits in a file of its own, and new at each start', async () => {
    const folder = tempFolder();

    await OperatorToken.create(nodeDisk(), folder);
    const first = readFileSync(operatorTokenPath(folder), 'utf8');
    await OperatorToken.create(nodeDisk(), folder);
    const second = readFileSync(operatorTokenPath(folder), 'utf8');

    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).not.toBe(first);
    expect(readdirSync(folder)).toEqual(['operator.token']);
  });

  it.skipIf(process.platform === 'win32')('is closed to others', async () => {
    const folder = tempFolder();

    await OperatorToken.create(nodeDisk(), folder);

    expect(modeOf(operatorTokenPath(folder))).toBe(0o600);
  });

  it('matches itself and nothing else', async () => {
    const folder = tempFolder();
    const token = await OperatorToken.create(nodeDisk(), folder);
    const text = readFileSync(operatorTokenPath(folder), 'utf8');

    expect(token.matches(text)).toBe(true);
    expect(token.matches(`${text}0`)).toBe(false);
    expect(token.matches('')).toBe(false);
  });

  it('proves that it is known, by an HMAC of the challenge', async () => {
    const folder = tempFolder();
    const token = await OperatorToken.create(nodeDisk(), folder);
    const { createHmac } = await import('node:crypto');
    const text = readFileSync(operatorTokenPath(folder), 'utf8');

    expect(token.prove('ab')).toBe(createHmac('sha256', text).update('otto-proof:ab').digest('hex'));
  });
});

describe('the signing secret', () => {
  it('is made once and kept', async () => {
    const folder = join(tempFolder(), 'relay');

    const first = await ensureTokenSecret(folder);

    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await ensureTokenSecret(folder)).toBe(first);
    expect(readdirSync(folder)).toEqual(['token.secret']);
  });

  it('is the same for all who ask at once', async () => {
    const folder = tempFolder();

    const secrets = await Promise.all(Array.from({ length: 10 }, () => ensureTokenSecret(folder)));

    expect(new Set(secrets).size).toBe(1);
  });

  it.skipIf(process.platform === 'win32')('is closed to others, also when it was open', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'token.secret'), `${'s'.repeat(40)}\n`, { mode: 0o644 });

    expect(await ensureTokenSecret(folder)).toBe('s'.repeat(40));
    expect(modeOf(join(folder, 'token.secret'))).toBe(0o600);
  });

  it('that is too short is refused, and the message does not show it', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'token.secret'), 'short');

    await expect(ensureTokenSecret(folder)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: `${join(folder, 'token.secret')} must hold at least 32 characters.`,
    });
  });
});
