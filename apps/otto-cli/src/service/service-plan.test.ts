import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { pathsOf } from '../config/paths.js';
import type { Environment } from '../io.js';
import { launchdAgent } from './launchd-agent.js';
import { servicePlan, type ServiceWish } from './service-plan.js';
import { systemdUnit } from './systemd-unit.js';

const WISH: ServiceWish = {
  program: ['/usr/bin/node', '/opt/my "otto" 100%/$bin/otto-daemon.js'],
  env: { OTTO_HOME: '/home/ada/.otto', OTTO_LOG_DIR: '/data/a&b <c>' },
  log: '/home/ada/my otto/daemon.log',
  userFolder: '/home/ada',
  configFolder: undefined,
  userId: 501,
};

describe('the service of the relay', () => {
  it('is a unit of systemd on Linux, whose words mean what they say', () => {
    const { file, text, prepare, start } = systemdUnit(WISH);

    expect(file).toBe('/home/ada/.config/systemd/user/otto-relay.service');
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'ExecStart="/usr/bin/node" "/opt/my \\"otto\\" 100%%/$$bin/otto-daemon.js"',
        'Environment="OTTO_HOME=/home/ada/.otto"',
        'Environment="OTTO_LOG_DIR=/data/a&b <c>"',
        'StandardError=append:/home/ada/my otto/daemon.log',
        'Restart=on-failure',
        'WantedBy=default.target',
      ]),
    );
    expect([...prepare, ...start].map(({ words }) => words.join(' '))).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable otto-relay.service',
      'systemctl --user restart otto-relay.service',
    ]);
  });

  it('is an agent of launchd on macOS, in well-formed XML', () => {
    const { file, text, start } = launchdAgent(WISH);

    expect(file).toBe('/home/ada/Library/LaunchAgents/net.telepat.otto-relay.plist');
    expect(text).toContain('<string>/opt/my "otto" 100%/$bin/otto-daemon.js</string>');
    expect(text).toContain('<key>OTTO_LOG_DIR</key>\n    <string>/data/a&amp;b &lt;c&gt;</string>');
    expect(text).toContain('<key>SuccessfulExit</key>\n    <false/>');
    expect(start.map(({ words }) => words.join(' '))).toEqual([
      'launchctl bootout gui/501/net.telepat.otto-relay',
      `launchctl bootstrap gui/501 ${file}`,
    ]);
  });

  it('takes the settings of the relay along, and no secret', () => {
    const { text } = planFor('linux', {
      OTTO_HOME: '/o',
      OTTO_RATE_LIMIT_PER_MIN: '9',
      OTTO_RELAY_PORT: '1',
      OTTO_TOKEN_SECRET: 'sesame-token',
      OTTO_CONTROLLER_REGISTRATION_SECRET: 'sesame-registration',
      OTTO_BROWSER: '/b',
      PATH: '/p',
    });

    expect(text.match(/^Environment=.*$/gm)).toEqual([
      'Environment="OTTO_HOME=/o"',
      'Environment="OTTO_RATE_LIMIT_PER_MIN=9"',
      'Environment="OTTO_RELAY_PORT=7"',
      'Environment="OTTO_LOG_DIR=/o/relay"',
    ]);
    expect(text).not.toContain('sesame');
  });

  it.each(['linux', 'darwin'] as const)('%s runs the relay with what Node is to know before it', (platform) => {
    const { text } = planFor(platform, { HOME: '/home/ada' });

    expect(text).toMatch(/--max-semi-space-size=8.*--v8-pool-size=1.*otto-daemon\.js/s);
  });

  it('is told not to be had elsewhere', () => {
    expect(() => planFor('win32', {})).toThrow(expect.objectContaining({ code: 'service_failed' }));
  });
});

function planFor(platform: NodeJS.Platform, env: Environment) {
  const io = Object.assign(new FakeIo({ env }), { platform });
  return servicePlan({ io, paths: pathsOf(io) }, 7);
}
