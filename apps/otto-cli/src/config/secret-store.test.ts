import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryKeychain } from '../../test/memory-keychain.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import type { Environment } from '../io.js';
import { SecretStore } from './secret-store.js';

describe('SecretStore', () => {
  it('gives a secret to its own client only', async () => {
    const { store } = storeWith(new MemoryKeychain());

    await store.keep('clt_1', 'cs_one');

    expect(await store.secretOf('clt_1')).toBe('cs_one');
    expect(await store.secretOf('clt_2')).toBeUndefined();
  });

  it('keeps it in the keychain, and in no file', async () => {
    const keychain = new MemoryKeychain();
    const { store, path } = storeWith(keychain);

    expect(await store.keep('clt_1', 'cs_one')).toEqual({ place: 'keychain' });

    expect([...keychain.kept]).toEqual([['clt_1', 'cs_one']]);
    expect(existsSync(path)).toBe(false);
    expect(await store.find('clt_1')).toEqual({ place: 'keychain', secret: 'cs_one' });
  });

  it('keeps it in a file that only its owner may read where no keychain works, and says why', async () => {
    const { store, path } = storeWith(new MemoryKeychain({ problem: 'no Secret Service' }));

    expect(await store.keep('clt_1', 'cs_one')).toEqual({ place: 'file', path, problem: 'no Secret Service' });

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await store.find('clt_1')).toEqual({ place: 'file', secret: 'cs_one' });
  });

  it('does not trust a keychain that gives back something else', async () => {
    const keychain = new MemoryKeychain();
    keychain.read = () => Promise.resolve('cs_other');
    const { store } = storeWith(keychain);

    expect(await store.keep('clt_1', 'cs_one')).toMatchObject({ place: 'file', problem: expect.any(String) });
    expect(await store.secretOf('clt_1')).toBe('cs_one');
  });

  it.each(['0', 'false', ' False '])('leaves the keychain alone with OTTO_KEYCHAIN=%s', async (value) => {
    const keychain = new MemoryKeychain();
    const { store, path } = storeWith(keychain, { OTTO_KEYCHAIN: value });

    expect(await store.keep('clt_1', 'cs_one')).toEqual({ place: 'file', path });
    await store.forget('clt_2');

    expect(keychain.kept.size).toBe(0);
  });

  it('refuses an OTTO_KEYCHAIN that is no switch', async () => {
    const { store } = storeWith(new MemoryKeychain(), { OTTO_KEYCHAIN: 'perhaps' });

    await expect(store.keep('clt_1', 'cs_one')).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: 'OTTO_KEYCHAIN is "perhaps": it must be 1, true, 0 or false.',
    });
  });

  it('lets OTTO_CONTROLLER_CLIENT_SECRET win', async () => {
    const { store } = storeWith(new MemoryKeychain(), { OTTO_CONTROLLER_CLIENT_SECRET: 'cs_env' });
    await store.keep('clt_1', 'cs_one');

    expect(await store.find('clt_1')).toEqual({ place: 'environment', secret: 'cs_env' });
  });

  it('says what stands between it and a secret that may be in the keychain', async () => {
    const keychain = new MemoryKeychain();
    const { store } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');

    keychain.problem = 'it is locked';

    expect(await store.find('clt_1')).toEqual({
      place: undefined,
      problem: 'The keychain cannot be read: it is locked.',
    });
  });

  it('forgets one secret wherever it is, and no other', async () => {
    const keychain = new MemoryKeychain();
    const { store, path } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');
    await store.keep('clt_2', 'cs_two');
    writeFileSync(path, JSON.stringify({ clientId: 'clt_3', clientSecret: 'cs_three' }));

    await store.forget('clt_1');

    expect(await store.secretOf('clt_1')).toBeUndefined();
    expect(await store.secretOf('clt_2')).toBe('cs_two');
    expect(await store.secretOf('clt_3')).toBe('cs_three');
    await store.forget('clt_3');
    expect(existsSync(path)).toBe(false);
  });

  it('forgets what is in a file also where no keychain works', async () => {
    const { store, path } = storeWith(new MemoryKeychain({ problem: 'no Secret Service' }));
    await store.keep('clt_1', 'cs_one');

    await store.forget('clt_1');

    expect(existsSync(path)).toBe(false);
  });

  it('takes a secret out of its file when it moves to the keychain, and leaves no probe there', async () => {
    const keychain = new MemoryKeychain({ problem: 'it is locked' });
    const { store, path } = storeWith(keychain);
    await store.keep('clt_1', 'cs_one');
    expect(readFileSync(path, 'utf8')).toContain('cs_one');

    keychain.problem = undefined;
    expect(await store.problemOfKeychain()).toBeUndefined();
    await store.keep('clt_1', 'cs_one');

    expect(existsSync(path)).toBe(false);
    expect([...keychain.kept]).toEqual([['clt_1', 'cs_one']]);
  });
});

function storeWith(keychain: MemoryKeychain, env: Environment = {}) {
  const path = join(temporaryFolder(), 'client-secret.json');
  return { store: new SecretStore({ path, env, keychain }), path };
}
