import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTROLLER_SCOPES, OttoError } from '@telepat/otto-protocol';
import { DEFAULT_RELAY_CONFIG } from '@telepat/otto-relay-core';
import { readConfig, type HostConfig } from './config.js';

const SECRET = 'a secret of more than thirty-two characters';

function read(environment: Record<string, string> = {}): HostConfig {
  return readConfig({ OTTO_TOKEN_SECRET: SECRET, ...environment }, '1.2.3');
}

/** The one line with which a start fails. */
function problemOf(environment: Record<string, string | undefined>): string {
  try {
    readConfig({ OTTO_TOKEN_SECRET: SECRET, ...environment }, '1.2.3');
  } catch (error) {
    if (error instanceof OttoError && error.code === 'invalid_configuration') return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

/** Variables that hold a whole number: default, least, greatest, and where the value goes. */
const NUMBERS: [string, number, number, number | undefined, (config: HostConfig) => number][] = [
  ['OTTO_RELAY_PORT', 8_787, 0, 65_535, (config) => config.port],
  ['OTTO_TOKEN_TTL_MINUTES', 15, 1, 1_440, (config) => config.relay.accessTokenTtlMs / 60_000],
  ['OTTO_REFRESH_TTL_DAYS', 30, 1, 365, (config) => config.relay.refreshTokenTtlMs / 86_400_000],
  ['OTTO_RATE_LIMIT_PER_MIN', 1_200, 1, undefined, (config) => config.relay.rateLimitPerMin],
  ['OTTO_REPLAY_WINDOW_MS', 60_000, 1_000, 600_000, (config) => config.relay.replayWindowMs],
  ['OTTO_TAB_QUEUE_LIMIT', 20, 1, undefined, (config) => config.relay.tabQueueLimit],
  ['OTTO_CONTROLLER_QUEUE_LIMIT', 100, 1, undefined, (config) => config.relay.controllerQueueLimit],
  ['OTTO_CONTROLLER_HEARTBEAT_INTERVAL_MS', 8_000, 1_000, 120_000, (config) => config.relay.heartbeatIntervalMs],
  ['OTTO_CONTROLLER_HEARTBEAT_MISS_LIMIT', 3, 1, 20, (config) => config.relay.heartbeatMissLimit],
  ['OTTO_AUTH_TIMEOUT_MS', 15_000, 100, 600_000, (config) => config.relay.authTimeoutMs],
  ['OTTO_MAX_FRAME_BYTES', 16_777_216, 4_096, 268_435_456, (config) => config.policy.maxFrameBytes],
  ['OTTO_MAX_BUFFERED_BYTES', 8_388_608, 1_024, undefined, (config) => config.policy.maxBufferedBytes],
  ['OTTO_MAX_COMMAND_TIMEOUT_MS', 600_000, 1_000, 86_400_000, (config) => config.relay.commandTimeoutMsMax],
  ['OTTO_ORPHAN_GRACE_MS', 2_000, 0, 60_000, (config) => config.relay.orphanGraceMs],
  ['OTTO_MAX_SOCKETS', 10_000, 1, undefined, (config) => config.policy.maxSockets],
  ['OTTO_MAX_UNAUTHENTICATED_SOCKETS', 200, 1, undefined, (config) => config.policy.maxUnauthenticatedSockets],
];

describe.each(NUMBERS)('%s', (name, standard, min, max, valueOf) => {
  const range = max === undefined ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`;

  it(`is ${standard} when it is not set`, () => {
    expect(valueOf(read())).toBe(standard);
  });

  it('takes both ends of its range', () => {
    expect(valueOf(read({ [name]: String(min) }))).toBe(min);
    if (max !== undefined) expect(valueOf(read({ [name]: ` ${max} ` }))).toBe(max);
  });

  it.each(['', 'abc', '-1', '1.5', '1e4', '0x10', 'Infinity', '99999999999999999999'])(
    'refuses %j and says what it may be',
    (value) => {
      expect(problemOf({ [name]: value })).toBe(`${name} is ${JSON.stringify(value)}: it must be ${range}.`);
    },
  );

  it('refuses values beyond its range', () => {
    if (min > 0) expect(problemOf({ [name]: String(min - 1) })).toContain(range);
    if (max !== undefined) expect(problemOf({ [name]: String(max + 1) })).toContain(range);
  });
});

describe.each([
  ['OTTO_LOG_PAYLOADS', (config: HostConfig) => config.relay.logPayloads],
  ['OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION', (config: HostConfig) => config.policy.registration.allowRemote],
])('%s', (name, valueOf) => {
  const secret = { OTTO_CONTROLLER_REGISTRATION_SECRET: 'sixteen letters!' };

  it('is off when it is not set', () => {
    expect(valueOf(read())).toBe(false);
  });

  it.each([
    ['1', true],
    ['true', true],
    ['TRUE', true],
    ['0', false],
    ['false', false],
  ])('takes %s', (value, expected) => {
    expect(valueOf(read({ ...secret, [name]: value }))).toBe(expected);
  });

  it.each(['', 'yes', '2'])('refuses %j', (value) => {
    expect(problemOf({ ...secret, [name]: value })).toBe(
      `${name} is ${JSON.stringify(value)}: it must be 1, true, 0 or false.`,
    );
  });
});

describe('the defaults', () => {
  it('are those of the core', () => {
    expect(read().relay).toEqual({ ...DEFAULT_RELAY_CONFIG, version: '1.2.3' });
  });

  it('bind to the loopback address and allow no origin, no name and no remote registration', () => {
    const config = read();

    expect(config.host).toBe('127.0.0.1');
    expect(config.policy).toMatchObject({
      extensionOrigins: [],
      controllerOrigins: [],
      allowedHosts: [],
      registration: { allowRemote: false },
    });
    expect(config.token).toEqual({ secret: SECRET, issuer: 'otto-relay', audience: 'otto-clients' });
  });

  it('keep logs and stores in the home of Otto', () => {
    expect(read().folder).toBe(join(homedir(), '.otto', 'relay'));
    expect(read({ OTTO_HOME: '/somewhere' }).folder).toBe(resolve('/somewhere/relay'));
    expect(read({ OTTO_HOME: '/somewhere', OTTO_LOG_DIR: '/elsewhere' }).folder).toBe(resolve('/elsewhere'));
    expect(read({ OTTO_LOG_DIR: ' /elsewhere ' }).folder).toBe(resolve('/elsewhere'));
  });
});

describe('secrets', () => {
  it('a signing secret is required', () => {
    expect(problemOf({ OTTO_TOKEN_SECRET: undefined })).toBe(
      'OTTO_TOKEN_SECRET is not set: at least 32 characters are required.',
    );
  });

  it.each([
    ['OTTO_TOKEN_SECRET', 32],
    ['OTTO_TOKEN_PREVIOUS_SECRET', 32],
    ['OTTO_CONTROLLER_REGISTRATION_SECRET', 16],
  ])('%s is refused when it is short, without being shown', (name, lengthMin) => {
    const short = 'hush-hush-hush-hush-hush-hush-hush'.slice(0, lengthMin - 1);

    const problem = problemOf({ [name]: short });

    expect(problem).toBe(`${name} is not acceptable: it must be at least ${lengthMin} characters long.`);
    expect(problem).not.toContain('hush');
  });

  it('the previous signing secret and the registration secret are passed on', () => {
    const config = read({
      OTTO_TOKEN_PREVIOUS_SECRET: SECRET,
      OTTO_CONTROLLER_REGISTRATION_SECRET: 'sixteen letters!',
    });

    expect(config.token.previousSecret).toBe(SECRET);
    expect(config.policy.registration.secret).toBe('sixteen letters!');
  });

  it('remote registration is refused without a secret', () => {
    expect(problemOf({ OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION: '1' })).toMatch(
      /^OTTO_CONTROLLER_REGISTRATION_SECRET is not set: .*OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION/,
    );
  });
});

describe('names and lists', () => {
  it.each(['0.0.0.0', '::', '::1', 'localhost', 'otto.example.com'])('OTTO_RELAY_HOST takes %s', (host) => {
    expect(read({ OTTO_RELAY_HOST: host }).host).toBe(host);
  });

  it.each(['', '127.0.0.1:80', '1.2.3', '256.1.1.1', 'a b', 'http://x'])('OTTO_RELAY_HOST refuses %j', (host) => {
    expect(problemOf({ OTTO_RELAY_HOST: host })).toContain('an IP address or the name of a host');
  });

  it('origins are split at commas and written as browsers send them', () => {
    const config = read({
      OTTO_EXTENSION_ORIGIN: 'chrome-extension://abcdef, moz-extension://0-1',
      OTTO_CONTROLLER_ORIGINS: 'HTTPS://App.Example.com:443,http://localhost:3000,',
    });

    expect(config.policy.extensionOrigins).toEqual(['chrome-extension://abcdef', 'moz-extension://0-1']);
    expect(config.policy.controllerOrigins).toEqual(['https://app.example.com', 'http://localhost:3000']);
  });

  it.each(['*', 'example.com', 'https://example.com/', 'https://example.com/path', 'null'])(
    'origins refuse %j, which no browser sends as one',
    (value) => {
      expect(problemOf({ OTTO_CONTROLLER_ORIGINS: value })).toContain('origins such as');
      expect(problemOf({ OTTO_EXTENSION_ORIGIN: value })).toContain('origins such as');
    },
  );

  it('allowed hosts are names without a port', () => {
    expect(read({ OTTO_ALLOWED_HOSTS: 'Otto.Example.com, box' }).policy.allowedHosts).toEqual([
      'otto.example.com',
      'box',
    ]);
    expect(problemOf({ OTTO_ALLOWED_HOSTS: 'box:8787' })).toContain('without a port');
    expect(problemOf({ OTTO_ALLOWED_HOSTS: '*' })).toContain('names of hosts');
  });

  it('scopes are split at commas and checked', () => {
    expect(read().relay.defaultControllerScopes).toEqual(DEFAULT_CONTROLLER_SCOPES);
    expect(read({ OTTO_DEFAULT_CONTROLLER_SCOPES: 'command.run, logs.read' }).relay.defaultControllerScopes).toEqual([
      'command.run',
      'logs.read',
    ]);
    expect(problemOf({ OTTO_DEFAULT_CONTROLLER_SCOPES: 'command run' })).toContain('scopes such as');
  });

  it('the advertised version takes the place of the package version', () => {
    expect(read({ OTTO_ADVERTISED_VERSION: '9.9.9' }).relay.version).toBe('9.9.9');
  });

  it.each(['OTTO_TOKEN_ISSUER', 'OTTO_TOKEN_AUDIENCE', 'OTTO_LOG_DIR', 'OTTO_HOME', 'OTTO_ADVERTISED_VERSION'])(
    '%s refuses to be empty',
    (name) => {
      expect(problemOf({ [name]: '' })).toMatch(new RegExp(`^${name} is "": it must be 1 to \\d+ characters\\.$`));
    },
  );
});

describe('the message', () => {
  it('is one line of bounded length, whatever the value holds', () => {
    const problem = problemOf({ OTTO_RELAY_PORT: `1\n2\u001b[31m${'x'.repeat(500)}` });

    expect([...problem].every((letter) => letter >= ' ')).toBe(true);
    expect(problem.length).toBeLessThan(250);
  });

  it('never comes of a variable that Otto does not know', () => {
    expect(read({ OTTO_SOMETHING_ELSE: 'anything', OTTO_BROWSER: '' }).port).toBe(8_787);
  });
});

describe('variables whose work comes later', () => {
  it.each([
    ['OTTO_LOG_MAX_FILE_BYTES', '1023'],
    ['OTTO_LOG_MAX_TOTAL_BYTES', 'abc'],
    ['OTTO_METRICS_PUBLIC', 'x'],
    ['OTTO_ADVERTISED_VERSION', 'a\nb'],
  ])('%s is checked from the first: %j stops the start', (name, value) => {
    expect(problemOf({ [name]: value })).toContain(name);
  });

  it('a secret of nothing but blanks is none', () => {
    expect(problemOf({ OTTO_TOKEN_SECRET: ' '.repeat(40) })).toContain('not blank');
  });
});
