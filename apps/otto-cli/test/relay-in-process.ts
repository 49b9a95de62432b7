import { onTestFinished } from 'vitest';
import { pathsOf } from '../src/config/paths.js';
import type { PidRecord } from '../src/daemon/pid-file.js';
import { runRelay } from '../src/daemon/run-relay.js';
import { temporaryFolder } from './temporary-folder.js';

/** A relay in this process, with a home of its own, until the test has finished. Commands of that home find it. */
export async function relayInProcess(options: RelayInProcessOptions = {}): Promise<RelayInProcess> {
  const env = { ...options.env, OTTO_HOME: options.home ?? temporaryFolder(), OTTO_RELAY_PORT: '0' };
  const abort = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const record = await new Promise<PidRecord>((resolve, reject) => {
    running = runRelay({
      paths: pathsOf({ env, userFolder: undefined, cwd: env.OTTO_HOME }),
      env,
      version: options.version ?? '0.1.0',
      signal: abort.signal,
      onStarted: resolve,
    });
    running.catch(reject);
  });
  const stop = async () => {
    abort.abort();
    await running;
  };
  onTestFinished(stop);
  return { env, record, stop };
}

interface RelayInProcessOptions {
  readonly version?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that has something in it already. */
  readonly home?: string;
}

export interface RelayInProcess {
  readonly env: { readonly OTTO_HOME: string; readonly OTTO_RELAY_PORT: string };
  readonly record: PidRecord;
  stop(): Promise<void>;
}
