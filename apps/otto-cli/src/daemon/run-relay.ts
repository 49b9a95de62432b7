import { whenAborted } from '../interruption.js';
import { tuneHeap } from './heap-flags.js';
import { PidFile, type PidRecord } from './pid-file.js';
import { relaySettings, type RelayPlan } from './relay-settings.js';

/**
 * Runs a relay in this process, its diagnostics on stderr, until the signal is aborted. Meanwhile the pid file beside its stores says where.
 *
 * @throws OttoError `invalid_configuration` or `start_failed`, with a sentence that says what to change
 */
export async function runRelay(options: RunRelayOptions): Promise<void> {
  // Fastify and the stores take a while to load, and only this needs them.
  const { createRelayServer, restrictUmask } = await import('@telepat/otto-relay-host');
  const { paths, version, signal } = options;
  tuneHeap();
  restrictUmask();
  const config = await relaySettings(options);
  signal.throwIfAborted();

  const server = await createRelayServer({ config, version });
  const pidFile = new PidFile(paths.pidFile);
  try {
    const { host, port } = server.address;
    const record = { pid: process.pid, host, port, version, startedAt: Date.now() };
    await pidFile.write(record);
    options.onStarted(record);
    await whenAborted(signal);
  } finally {
    await server.stop();
    await pidFile.remove(process.pid);
  }
}

export interface RunRelayOptions extends RelayPlan {
  /** Stops the relay. */
  readonly signal: AbortSignal;
  /** Told once, when it listens and its pid file is written. */
  readonly onStarted: (record: PidRecord) => void;
}
