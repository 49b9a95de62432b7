import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { pathsOf } from '../config/paths.js';
import type { Environment } from '../io.js';
import { Output } from '../output.js';
import { serviceSecrets, serviceSecretsFile } from './service-secrets.js';

describe('the secrets of a service', () => {
  it('are told by name when the service will not have them, and where to put them', async () => {
    const { secrets, noted, home } = world('linux', {
      OTTO_TOKEN_SECRET: 'sesame-1',
      OTTO_TOKEN_PREVIOUS_SECRET: 'sesame-2',
    });

    expect(await secrets()).toEqual({});

    expect(noted()).toMatch(/OTTO_TOKEN_SECRET is not written down[^]*OTTO_TOKEN_PREVIOUS_SECRET is not written down/);
    expect(noted()).toContain(`put OTTO_TOKEN_SECRET=… into ${serviceSecretsFile(home)}`);
    expect(noted()).not.toContain('sesame');
  });

  it.each(['linux', 'darwin'] as const)('that guard the relay are not left out on %s', async (platform) => {
    const { secrets } = world(platform, { OTTO_CONTROLLER_REGISTRATION_SECRET: 'sesame' });

    await expect(secrets()).rejects.toMatchObject({
      code: 'service_failed',
      hint: expect.stringMatching(platform === 'linux' ? /service\.env/ : /launchd has no place for secrets/),
    });
  });

  it('come from the file of systemd, where nothing is to be told of them', async () => {
    const { secrets, noted, home } = world('linux', { OTTO_CONTROLLER_REGISTRATION_SECRET: 'sesame' });
    writeFileSync(serviceSecretsFile(home), '# mine\nOTTO_CONTROLLER_REGISTRATION_SECRET="se same"\nOTHER=1\n');

    expect(await secrets()).toEqual({ OTTO_CONTROLLER_REGISTRATION_SECRET: 'se same', OTHER: '1' });
    expect(noted()).toBe('');
  });
});

function world(platform: NodeJS.Platform, env: Environment) {
  const home = temporaryFolder();
  const io = new FakeIo({ platform, env: { ...env, OTTO_HOME: home } });
  const output = new Output(io, { json: false });
  return { home, noted: () => io.stderr.text, secrets: () => serviceSecrets({ io, output, paths: pathsOf(io) }) };
}
