import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryKeychain } from '../../test/memory-keychain.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import type { Environment } from '../io.js';
import { SecretStore } from './secret-store.js';

describe('a secret is kept', () => {
  it('in the keychain; the file says only that it is there', async () => {
    const keychain = new MemoryKeychain();
    const { store, path } = storeWith(keychain);

    expect(await store.keep('clt_1', 'cs_one')).toEqual({ place: 'keychain' });

    expect([...keychain.kept]).toEqual([['clt_1', 'cs_one']]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ clientId: 'clt_1', in: 'keychain' });
    expect(await store.placeOf('clt_1')).toBe('keychain');
    expect(await store.find('clt_1')).toEqual({ place: 'keychain', secret: 'cs_one' });
  });

  it('in a file that only its owner may read where no keychain works, which is told', async () => {
    const keychain = new MemoryKeychain({ problem: 'no Secret Service' });
    const { store, path } = storeWith(keychain);

    expect(await store.keep('clt_1', 'cs_one')).toEqual({ place: 'file', path, problem: 'no Secret Service' });

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await store.placeOf('clt_1')).toBe('file');
    expect(await store.find('clt_1')).toEqual({ place: 'file', secret: 'cs_one' });
  });

  it('not in a keychain that gives back something else, and nothing stays there', async () => {
    const keychain = new MemoryKeychain();
    keychain.read = () => Promise.resolve('cs_other');
    const { store } = storeWith(keychain);

    expect(await store.keep('clt_1', 'cs_one')).toMatchObject({ place: 'file', problem: expect.any(String) });

    expect(await store.find('clt_1')).toEqual({ place: 'file', secret: 'cs_one' });
    expect(keychain.kept.size).toBe(0);
  });

  it.each(['0', 'false', ' False '])('in a file with OTTO_KEYCHAIN=%s, whatever keychain there is', async (value) => {
    const keychain = new MemoryKeychain();
    const { store, path } = storeWith(keychain, { OTTO_KEYCHAIN: value });

    expect(await store.keep('clt_1', 'cs_one')).toEqual({ place: 'file', path });

    expect(keychain.asked).toEqual([]);
  });

  it('in place of that of another client, wherever that was', async () => {
    const keychain = new MemoryKeychain();
    const { store } = storeWith(keychain);

    await store.keep('clt_1', 'cs_one');
    expect(await store.keep('clt_2', 'cs_two')).toEqual({ place: 'keychain' });

    expect([...keychain.kept]).toEqual([['clt_2', 'cs_two']]);
    expect(await store.find('clt_1')).toEqual({ place: undefined });
  });

  it('once: from its file it moves to a keychain that works now', async () => {
    const keychain = new MemoryKeychain({ problem: 'it is locked' });
    const { store, path } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');
    expect(readFileSync(path, 'utf8')).toContain('cs_one');

    keychain.problem = undefined;
    expect(await store.problemOfKeychain()).toBeUndefined();
    await store.keep('clt_1', 'cs_one');

    expect(readFileSync(path, 'utf8')).not.toContain('cs_one');
    expect([...keychain.kept]).toEqual([['clt_1', 'cs_one']]);
  });

  it('in the file that older versions wrote, until it is moved', async () => {
    const keychain = new MemoryKeychain();
    const { store, path } = storeWith(keychain);
    writeFileSync(path, '{"clientId":"clt_1","clientSecret":"cs_one"}\n');

    expect(await store.find('clt_1')).toEqual({ place: 'file', secret: 'cs_one' });

    expect(keychain.asked).toEqual([]);
  });
});

describe('a secret is found', () => {
  it('for its own client only', async () => {
    const { store } = storeWith(new MemoryKeychain());
    await store.keep('clt_1', 'cs_one');

    expect(await store.find('clt_2')).toEqual({ place: undefined });
    expect(await store.placeOf('clt_2')).toBeUndefined();
  });

  it('in OTTO_CONTROLLER_CLIENT_SECRET before all, and then no keychain is asked', async () => {
    const keychain = new MemoryKeychain();
    const { store } = storeWith(keychain, { OTTO_CONTROLLER_CLIENT_SECRET: 'cs_env' });

    expect(await store.find('clt_1')).toEqual({ place: 'environment', secret: 'cs_env' });
    expect(await store.placeOf('clt_1')).toBe('environment');
    expect(keychain.asked).toEqual([]);
  });

  it.each([
    ['it is locked', { reason: 'locked', problem: 'It is in the keychain, which cannot be read: it is locked.' }],
    [undefined, { reason: 'gone', problem: 'It was put into the keychain, and is not there any more.' }],
  ])('or what keeps it away is told: %s', async (problem, told) => {
    const keychain = new MemoryKeychain();
    const { store } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');

    keychain.kept.clear();
    keychain.problem = problem;

    expect(await store.find('clt_1')).toEqual({ place: undefined, ...told });
  });

  it('not in a keychain that is switched off, which is told', async () => {
    const keychain = new MemoryKeychain();
    const { store, path } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');

    const later = new SecretStore({ path, env: { OTTO_KEYCHAIN: '0' }, keychain });

    expect(await later.find('clt_1')).toMatchObject({
      place: undefined,
      reason: 'off',
      problem: expect.stringMatching(/OTTO_KEYCHAIN/),
    });
  });
});

describe('a secret is forgotten', () => {
  it('wherever it is, and no other is', async () => {
    const keychain = new MemoryKeychain();
    const { store, path } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');

    await store.forget('clt_2');
    expect(await store.find('clt_1')).toMatchObject({ secret: 'cs_one' });

    expect(await store.forget('clt_1')).toBeUndefined();
    expect(keychain.kept.size).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it('also where no keychain works, without asking one', async () => {
    const keychain = new MemoryKeychain({ problem: 'no Secret Service' });
    const { store, path } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');
    keychain.asked.length = 0;

    expect(await store.forget('clt_1')).toBeUndefined();

    expect(existsSync(path)).toBe(false);
    expect(keychain.asked).toEqual([]);
  });

  it('and what had to stay in a keychain is told', async () => {
    const keychain = new MemoryKeychain();
    const { store } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');

    keychain.problem = 'it is locked';
    const left = { clientId: 'clt_1', problem: 'it is locked' };

    expect(await store.keep('clt_2', 'cs_two')).toMatchObject({ place: 'file', left });
    keychain.problem = undefined;
    await store.keep('clt_2', 'cs_two');
    keychain.problem = 'it is locked';
    expect(await store.forget('clt_2')).toEqual({ ...left, clientId: 'clt_2' });
    expect(await store.placeOf('clt_2')).toBeUndefined();
  });
});

it('an OTTO_KEYCHAIN that is no switch is refused before a secret is asked for', async () => {
  const { store } = storeWith(new MemoryKeychain(), { OTTO_KEYCHAIN: 'perhaps' });

  await expect(store.checkKeepable()).rejects.toMatchObject({
    code: 'invalid_configuration',
    message: 'OTTO_KEYCHAIN is "perhaps": it must be 1, true, 0 or false.',
  });
});

it('a keychain that was tried out is left as it was', async () => {
  const keychain = new MemoryKeychain();

  expect(await storeWith(keychain).store.problemOfKeychain()).toBeUndefined();

  expect(keychain.asked).toHaveLength(3);
  expect(keychain.kept.size).toBe(0);
});

function storeWith(keychain: MemoryKeychain, env: Environment = {}) {
  const path = join(temporaryFolder(), 'client-secret.json');
  return { store: new SecretStore({ path, env, keychain }), path };
}

it('a keychain that does not take away what was tried out does not work', async () => {
  const keychain = new MemoryKeychain();
  keychain.remove = () => Promise.reject(new Error('it was locked meanwhile'));

  expect(await storeWith(keychain).store.problemOfKeychain()).toBe('it was locked meanwhile');
});
