import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';
import { bundle } from './support/bundle.mjs';
import { TOKEN_SECRET } from './support/relay-world.js';
import { tempFolder } from './support/temp-folder.js';

/** What a variable must not be, and what the refusal says that it may be. */
type Row = readonly [name: string, refused: readonly string[], range: string];

const number = (name: string, min: number, max?: number): Row => [
  name,
  [String(min - 1), ...(max === undefined ? [] : [String(max + 1)]), 'many', ''],
  max === undefined ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
];
const flag = (name: string): Row => [name, ['2', ''], '1, true, 0 or false'];
const text = (name: string, lengthMax = 200): Row => [
  name,
  ['', 'x'.repeat(lengthMax + 1)],
  `1 to ${lengthMax} characters`,
];
const secret = (name: string, lengthMin: number): Row => [
  name,
  ['h'.repeat(lengthMin - 1), ''],
  `at least ${lengthMin} characters long`,
];
const origins = (name: string): Row => [name, ['*', 'null'], 'origins such as https://example.com'];

const ROWS: readonly Row[] = [
  number('OTTO_RELAY_PORT', 0, 65_535),
  ['OTTO_RELAY_HOST', ['1.2.3', ''], 'an IP address or the name of a host'],
  secret('OTTO_TOKEN_SECRET', 32),
  secret('OTTO_TOKEN_PREVIOUS_SECRET', 32),
  text('OTTO_TOKEN_ISSUER'),
  text('OTTO_TOKEN_AUDIENCE'),
  number('OTTO_TOKEN_TTL_MINUTES', 1, 1_440),
  number('OTTO_REFRESH_TTL_DAYS', 1, 365),
  origins('OTTO_EXTENSION_ORIGIN'),
  origins('OTTO_CONTROLLER_ORIGINS'),
  ['OTTO_ALLOWED_HOSTS', ['*', 'box:8787'], 'names of hosts such as otto.example.com'],
  text('OTTO_HOME', 4_096),
  text('OTTO_LOG_DIR', 4_096),
  number('OTTO_LOG_MAX_FILE_BYTES', 1_024),
  number('OTTO_LOG_MAX_TOTAL_BYTES', 1_024),
  ['OTTO_LOG_MAX_TOTAL_BYTES', ['104857599'], 'at least OTTO_LOG_MAX_FILE_BYTES, which is 104857600'],
  flag('OTTO_LOG_PAYLOADS'),
  flag('OTTO_METRICS_PUBLIC'),
  number('OTTO_RATE_LIMIT_PER_MIN', 1),
  number('OTTO_REPLAY_WINDOW_MS', 1_000, 600_000),
  number('OTTO_TAB_QUEUE_LIMIT', 1),
  number('OTTO_CONTROLLER_QUEUE_LIMIT', 1),
  ['OTTO_DEFAULT_CONTROLLER_SCOPES', ['command run', '!'], 'scopes such as primitive.tab.*'],
  flag('OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION'),
  secret('OTTO_CONTROLLER_REGISTRATION_SECRET', 16),
  number('OTTO_CONTROLLER_HEARTBEAT_INTERVAL_MS', 1_000, 120_000),
  number('OTTO_CONTROLLER_HEARTBEAT_MISS_LIMIT', 1, 20),
  number('OTTO_AUTH_TIMEOUT_MS', 100, 600_000),
  number('OTTO_MAX_FRAME_BYTES', 4_096, 268_435_456),
  number('OTTO_MAX_BUFFERED_BYTES', 1_024),
  number('OTTO_MAX_COMMAND_TIMEOUT_MS', 1_000, 86_400_000),
  number('OTTO_ORPHAN_GRACE_MS', 0, 60_000),
  number('OTTO_MAX_SOCKETS', 1),
  number('OTTO_MAX_UNAUTHENTICATED_SOCKETS', 1),
  text('OTTO_ADVERTISED_VERSION'),
];

let scratch = '';
let program = '';

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'otto-host-test-'));
  program = await bundle(new URL('./children/configured-relay.ts', import.meta.url), scratch);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the configuration of a relay', () => {
  it.each(ROWS)('is refused with a wrong %s, in one line that says what it may be', (name, refused, range) => {
    for (const value of refused) {
      const line = refusal({ [name]: value });

      const shown = name.includes('SECRET') ? 'is not acceptable' : `is ${JSON.stringify(value.slice(0, 100))}`;
      expect(line).toMatch(/^[^\n]+\.$/);
      expect(line.startsWith(`${name} ${shown}: it must be ${range}`), line).toBe(true);
    }
  });
});

describe('the process of a relay', () => {
  it.each([
    ['OTTO_RELAY_PORT', '70000'],
    ['OTTO_LOG_DIR', ''],
    ['OTTO_TOKEN_SECRET', 'short'],
  ])('does not start with a wrong %s, says that line alone, and leaves nothing behind', async (name, value) => {
    const folder = tempFolder();

    const { code, stdout, stderr } = await run(folder, { [name]: value });

    expect(stderr).toBe(`${refusal({ [name]: value })}\n`);
    expect([code, stdout]).toEqual([1, '']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not start without a signing secret, or open to other machines without one for registrations', async () => {
    const folder = tempFolder();

    const unsigned = await run(folder, { OTTO_TOKEN_SECRET: undefined });
    const open = await run(folder, { OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION: '1' });

    expect(unsigned).toMatchObject({ code: 1, stderr: expect.stringMatching(/^OTTO_TOKEN_SECRET is not set: .*\n$/) });
    expect(open).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^OTTO_CONTROLLER_REGISTRATION_SECRET is not set: .*16.*\n$/),
    });
  });

  it('starts with what is right', async () => {
    const folder = tempFolder();

    const { code, stdout } = await run(folder, { OTTO_LOG_DIR: folder, OTTO_TAB_QUEUE_LIMIT: ' 7 ' });

    expect(code).toBe(0);
    expect(Number(/^(\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(0);
  });
});

/** What is said of an environment that is not acceptable. */
function refusal(env: Record<string, string>): string {
  try {
    readConfig({ OTTO_TOKEN_SECRET: TOKEN_SECRET, ...env }, '1.2.3');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'it is accepted';
}

/** The program with nothing of Otto's in its environment but this. */
function run(folder: string, env: Record<string, string | undefined>): Promise<Ended> {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('OTTO_'));
  const basic = { OTTO_TOKEN_SECRET: TOKEN_SECRET, OTTO_HOME: folder, OTTO_RELAY_PORT: '0' };
  return new Promise((resolve) => {
    const options = { env: { ...Object.fromEntries(clean), ...basic, ...env } };
    const child = execFile(process.execPath, [program], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
