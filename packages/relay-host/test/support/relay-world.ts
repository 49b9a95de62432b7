import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createRelayServer, type RelayServer } from '../../src/create-relay-server.js';
import type { FilesInUse } from '../../src/open-world.js';
import { operatorTokenPath } from '../../src/paths.js';

export const TOKEN_SECRET = 'a secret of more than thirty-two characters';

/** Starts a whole relay on a free port; it is stopped after the test at the latest. */
export async function startRelay(
  folder: string,
  env: Record<string, string> = {},
  files: FilesInUse = {},
): Promise<RelayServer> {
  const environment = { OTTO_TOKEN_SECRET: TOKEN_SECRET, OTTO_LOG_DIR: folder, OTTO_RELAY_PORT: '0', ...env };
  const server = await createRelayServer({
    config: readConfig(environment, '1.2.3'),
    version: '1.2.3',
    logger: pino({ level: 'silent' }),
    files,
  });
  onTestFinished(() => server.stop());
  return server;
}

/** Calls the HTTP side of a relay on a port. */
export function client(port: number, folder: string) {
  const operatorToken = () => readFileSync(operatorTokenPath(folder), 'utf8');
  const call = async (path: string, body?: unknown, token?: string): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // Tests look at the fields that they expect.
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    operatorToken,
    get: (path: string, token?: string) => call(path, undefined, token),
    post: (path: string, body: unknown, token?: string) => call(path, body, token),
    asOperator: (path: string, body?: unknown) => call(path, body, operatorToken()),
  };
}

/** The entries of the operation log on disk, oldest first. */
export function logOnDisk(folder: string): { type: string; data?: Record<string, unknown> }[] {
  const day = new Date().toISOString().slice(0, 10);
  const lines = readFileSync(join(folder, `operations-${day}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as { type: string; data?: Record<string, unknown> });
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
