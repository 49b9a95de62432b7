import { describe, expect, it } from 'vitest';
import { homeForTest, saidBesideWaiting } from './otto-home.js';
import { missingForSecretService, secretServiceForTest } from './secret-service.js';

const missing = missingForSecretService();
if (missing !== undefined) console.log(`the tests of a real keychain are skipped: ${missing}`);

describe.skipIf(missing !== undefined)('a real Secret Service', () => {
  it('keeps the secret over the end of the session; locked, it costs a sentence and nobody who they are', async () => {
    const service = secretServiceForTest();
    await service.begin({ password: 'open sesame' });
    const home = homeForTest({ OTTO_KEYCHAIN: '1' });
    const otto = (...words: string[]) => home.json(words, service.env);

    await otto('start');
    const registered = await home.run(['client', 'register', '--name', 'laptop', '--json'], service.env);
    const { clientId } = JSON.parse(registered.stdout);
    expect(registered.code).toBe(0);
    expect(saidBesideWaiting(registered)).toBe('');
    expect(JSON.parse(home.file('client-secret.json'))).toEqual({ clientId, in: 'keychain' });
    expect(await otto('client', 'login')).toMatchObject({ code: 0, clientId });

    await service.end();
    await service.begin({});
    const locked = await otto('client', 'login');
    // The login has run out, and what renews it has not.
    const { accessToken: _, ...config } = JSON.parse(home.file('config.json'));
    home.write('config.json', JSON.stringify(config));
    const setup = await otto('setup');

    await service.end();
    await service.begin({ password: 'open sesame' });
    const login = await otto('client', 'login');
    const forgotten = await home.run(['client', 'forget'], service.env);

    expect(locked).toMatchObject({
      code: 1,
      error: {
        code: 'not_logged_in',
        message: `The secret of ${clientId} is not known here. It is in the keychain, which cannot be read: it is locked, and was not unlocked.`,
      },
    });
    expect(setup).toMatchObject({ code: 0, controller: { clientId, outcome: 'existing' } });
    expect(login).toMatchObject({ code: 0, clientId });
    expect(forgotten.code).toBe(0);
    expect(saidBesideWaiting(forgotten)).toBe('');
  });

  it('takes over what was in a file', async () => {
    const service = secretServiceForTest();
    const home = homeForTest();
    await home.json(['start']);
    const { clientId } = await home.json(['client', 'register', '--name', 'laptop']);
    expect(home.file('client-secret.json')).toContain('cs_');

    await service.begin({ password: 'open sesame' });
    const env = { ...service.env, OTTO_KEYCHAIN: '1' };
    const { checks } = await home.json(['doctor', '--fix'], env);

    expect(checks).toContainEqual({ name: 'keychain', level: 'ok', message: 'works', fixed: true });
    expect(JSON.parse(home.file('client-secret.json'))).toEqual({ clientId, in: 'keychain' });
    expect(await home.json(['client', 'login'], env)).toMatchObject({ code: 0, clientId });
  });
});
