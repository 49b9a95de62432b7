import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { homeForTest, saidBesideWaiting } from './otto-home.js';

describe.skipIf(process.platform !== 'linux')('secrets', () => {
  it('go to a file where the system has no keychain; it is said once', async () => {
    const home = homeForTest({ OTTO_KEYCHAIN: '1', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' });
    const { pid } = await home.json(['start']);

    const registered = await home.run(['client', 'register', '--name', 'laptop']);
    const login = await home.run(['client', 'login']);

    expect(registered.code).toBe(0);
    expect(saidBesideWaiting(registered)).toMatch(
      /^otto: no keychain works here \(this session has no Secret Service\); the secret is in .*client-secret\.json, .*\n$/,
    );
    expect(login).toMatchObject({ code: 0, stderr: '' });
    const { clientSecret } = JSON.parse(home.file('client-secret.json'));
    expect(clientSecret).toMatch(/^cs_/);
    for (const secret of [clientSecret, home.file('relay', 'token.secret').trim()]) {
      expect(readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')).not.toContain(secret);
      expect(home.file('daemon.log')).not.toContain(secret);
    }
  });
});
