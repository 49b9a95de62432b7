import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeForTest, type OttoHome } from './otto-home.js';

/** Writes down what it is told, and runs what the unit says as systemd would: its words, its variables, its log. */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >> "$OTTO_HOME/systemctl.calls"
unit="$XDG_CONFIG_HOME/systemd/user/otto-relay.service"
pid="$OTTO_HOME/service.pid"
case "$2" in
  restart)
    log=$(sed -n 's/^StandardError=append://p' "$unit")
    secrets=$(sed -n 's/^EnvironmentFile=-//p' "$unit")
    eval "env -i PATH=\\"$PATH\\" $(sed -n 's/^Environment=//p' "$unit" | tr '\\n' ' ') \\
      $(cat "$secrets" 2> /dev/null | tr '\\n' ' ') \\
      $(sed -n 's/^ExecStart=//p' "$unit") >> '$log' 2>&1 &" && echo $! > "$pid" ;;
  disable) kill "$(cat "$pid")" ;;
  is-active) grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$(cat "$pid")/status" 2> /dev/null ;;
esac
`;

describe.skipIf(process.platform !== 'linux')('the relay as a service', () => {
  it('takes the place of the relay that ran, is told, and is taken away', async () => {
    const home = homeForTest();
    const env = fakeSystem(home, SYSTEMCTL);
    const { port, pid } = await home.json(['start']);

    const installed = await home.json(['service', 'install'], env);
    const status = await home.json(['service', 'status'], env);
    const uninstalled = await home.json(['service', 'uninstall'], env);

    const file = join(home.folder, 'config', 'systemd', 'user', 'otto-relay.service');
    expect(installed).toMatchObject({ code: 0, outcome: 'installed', file, port });
    expect(installed['pid']).not.toBe(pid);
    expect(status).toEqual({ code: 0, installed: true, active: true, file });
    expect(uninstalled).toEqual({ code: 0, outcome: 'uninstalled', file });
    expect(existsSync(file)).toBe(false);
    await expect.poll(() => existsSync(join(home.folder, 'relay', 'relay.pid')), { timeout: 10_000 }).toBe(false);
    expect(home.file('systemctl.calls').split('\n')).toEqual([
      '--user daemon-reload',
      '--user enable otto-relay.service',
      '--user restart otto-relay.service',
      '--user is-active --quiet otto-relay.service',
      '--user disable --now otto-relay.service',
      '--user daemon-reload',
      '',
    ]);
    expect(readFileSync(join(home.folder, 'daemon.log'), 'utf8')).toContain('Server listening');
  });

  it('is restarted as what it is, and what otto start runs is not it', async () => {
    const home = homeForTest();
    const env = fakeSystem(home, SYSTEMCTL);
    await home.json(['start']);
    const { port, pid } = await home.json(['service', 'install'], env);

    const refused = await home.json(['restart', '--port', '9'], env);
    const attached = await home.json(['restart', '--attached'], env);
    const restarted = await home.json(['restart'], env);
    const status = await home.json(['service', 'status'], env);
    await home.json(['stop'], env);
    const started = await home.run(['start'], env);
    const again = await home.json(['restart'], env);

    expect(refused).toMatchObject({
      code: 2,
      error: { code: 'invalid_usage', hint: 'Run otto service install --port 9.' },
    });
    expect(attached).toMatchObject({ code: 2, error: { hint: expect.stringContaining('otto service uninstall') } });
    expect(restarted).toMatchObject({ code: 0, outcome: 'started', port });
    expect(restarted['pid']).not.toBe(pid);
    expect(status).toMatchObject({ installed: true, active: true });
    expect(started.stderr).toContain('this relay is not your service');
    expect(again).toMatchObject({ code: 0, outcome: 'started' });
    const restarts = home.file('systemctl.calls').match(/^--user restart otto-relay\.service$/gm);
    expect(restarts).toHaveLength(2);
  });

  it('of another folder is left alone', async () => {
    const [home, other] = [homeForTest(), homeForTest()];
    const env = fakeSystem(home, SYSTEMCTL);
    const { pid } = await home.json(['service', 'install'], env);

    expect(await other.json(['restart'], env)).toMatchObject({ code: 0, outcome: 'started' });

    expect(await home.json(['status'])).toMatchObject({ running: true, pid });
    await home.json(['service', 'uninstall'], env);
  });

  it('fails with what the system says, and leaves the relay that runs', async () => {
    const home = homeForTest();
    const { pid } = await home.json(['start']);
    const env = fakeSystem(home, '#!/bin/sh\necho "Failed to connect to bus" >&2\nexit 1\n');

    expect(await home.json(['service', 'install'], env)).toMatchObject({
      code: 1,
      error: {
        code: 'service_failed',
        message: 'systemctl --user daemon-reload failed: Failed to connect to bus',
        hint: expect.stringContaining('otto start'),
      },
    });
    expect(await home.json(['status'])).toMatchObject({ running: true, pid });
    expect(await home.json(['service', 'status'], env)).toMatchObject({ code: 0, installed: false, active: false });
  });

  it('is refused while a relay runs whose settings or secrets it would not have, and takes them from a file', async () => {
    const home = homeForTest();
    const env = fakeSystem(home, SYSTEMCTL);
    const secret = { OTTO_CONTROLLER_REGISTRATION_SECRET: 'sesame-registration' };
    const { pid } = await home.json(['start'], secret);

    const misspelt = await home.json(['service', 'install'], { ...env, OTTO_RATE_LIMIT_PER_MIN: 'often' });
    const open = await home.json(['service', 'install'], { ...env, ...secret });
    expect(misspelt).toMatchObject({ code: 1, error: { code: 'invalid_configuration' } });
    expect(open).toMatchObject({
      code: 1,
      error: {
        code: 'service_failed',
        message: expect.stringContaining('OTTO_CONTROLLER_REGISTRATION_SECRET'),
        hint: expect.stringContaining(join(home.folder, 'service.env')),
      },
    });
    expect(await home.json(['status'])).toMatchObject({ running: true, pid });
    expect(existsSync(join(home.folder, 'systemctl.calls'))).toBe(false);

    home.write('service.env', 'OTTO_CONTROLLER_REGISTRATION_SECRET="sesame-registration"\n');
    expect(await home.json(['service', 'install'], { ...env, ...secret })).toMatchObject({ code: 0 });
    expect(await home.json(['client', 'register'])).toMatchObject({
      code: 1,
      error: { code: 'registration_forbidden' },
    });
    await home.json(['service', 'uninstall'], env);
  });

  it('that does not start is taken away again, and the relay that ran runs', async () => {
    const home = homeForTest();
    const env = fakeSystem(home, '#!/bin/sh\necho "$*" >> "$OTTO_HOME/systemctl.calls"\n[ "$2" != restart ]\n');
    const { port } = await home.json(['start']);

    expect(await home.json(['service', 'install'], env)).toMatchObject({ code: 1, error: { code: 'service_failed' } });

    expect(await home.json(['service', 'status'], env)).toMatchObject({ installed: false });
    expect(await home.json(['status'])).toMatchObject({ running: true, port });
    expect(home.file('systemctl.calls')).toContain('--user disable --now otto-relay.service');
  });
});

/** A systemctl of the test, before that of the system. */
function fakeSystem(home: OttoHome, script: string): Readonly<Record<string, string>> {
  const folder = join(home.folder, 'bin');
  mkdirSync(folder);
  writeFileSync(join(folder, 'systemctl'), script);
  chmodSync(join(folder, 'systemctl'), 0o755);
  return {
    PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    XDG_CONFIG_HOME: join(home.folder, 'config'),
  };
}
