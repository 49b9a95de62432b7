import { join } from 'node:path';
import { serviceSecretsFile } from './service-secrets.js';
import type { ServiceCommand, ServicePlan, ServiceWish } from './service-plan.js';

const UNIT = 'otto-relay.service';

/**
 * A unit of the user's own systemd. It is not started again after it was stopped in order, as by `otto stop`; five
 * failures within a minute are the last, because a port that is taken stays taken.
 */
export function systemdUnit({ program, env, log, userFolder, configFolder }: ServiceWish): ServicePlan {
  const config = configFolder === undefined || configFolder === '' ? join(userFolder, '.config') : configFolder;
  return {
    file: join(config, 'systemd', 'user', UNIT),
    text: `[Unit]
Description=Otto relay
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
ExecStart=${commandLine(program)}
${Object.entries(env).map(variable).join('\n')}
EnvironmentFile=-${serviceSecretsFile(env.OTTO_HOME).replaceAll('%', '%%')}
StandardOutput=append:${log.replaceAll('%', '%%')}
StandardError=append:${log.replaceAll('%', '%%')}
UMask=0077
Restart=on-failure
RestartSec=2
TimeoutStopSec=20

[Install]
WantedBy=default.target
`,
    folderLine: `\n${variable(['OTTO_HOME', env.OTTO_HOME])}\n`,
    prepare: [systemctl('daemon-reload'), systemctl('enable', UNIT)],
    start: [systemctl('restart', UNIT)],
    uninstall: [{ ...systemctl('disable', '--now', UNIT), mayFail: true }],
    forget: [systemctl('daemon-reload')],
    isActive: systemctl('is-active', '--quiet', UNIT),
    note: 'It runs while you are logged in; to let it run always: loginctl enable-linger',
  };
}

/** Variables have no place in the name of a program, so that a dollar stands for itself there. */
function commandLine(words: readonly string[]): string {
  const isRefused = REFUSED.test(words[0] ?? '');
  const [program = '', ...rest] = isRefused ? [...BY_SHELL, ...words] : words;
  return [quoted(program), ...rest.map((word) => quoted(word).replaceAll('$', '$$$$'))].join(' ');
}

/** What systemd takes in no name of a program. */
const REFUSED = /["'\\]/;
const BY_SHELL = ['/bin/sh', '-c', 'exec "$0" "$@"'];

function systemctl(...words: string[]): ServiceCommand {
  return { words: ['systemctl', '--user', ...words] };
}

function variable([name, value]: readonly [name: string, value: string]): string {
  return `Environment=${quoted(`${name}=${value}`)}`;
}

/** One word of a unit file. Percent signs would be specifiers. */
function quoted(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('%', '%%');
  return `"${escaped}"`;
}
