import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { OttoError } from '@telepat/otto-protocol';
import { Relay, type LogEvent } from '@telepat/otto-relay-core';
import { SERVER_OPTIONS, relayHttp } from '@telepat/otto-relay-http';
import type { HostConfig } from './config.js';
import { createDiagnostics } from './diagnostics.js';
import { Ending } from './ending.js';
import { listen } from './listen.js';
import { RelayMetrics } from './metrics/relay-metrics.js';
import { NO_SCHEMAS } from './no-schemas.js';
import type { FileStores } from './stores/file-stores.js';
import { systemClock } from './system-clock.js';
import { openWorld, type FilesInUse, type Life } from './open-world.js';

/** How long requests that are being answered may take once the relay stops. */
const CUT_CONNECTIONS_AFTER_MS = 2_000;

/**
 * Starts a whole relay in this process: takes its folder, loads its stores, and opens its port. What a failed start
 * had opened is closed again.
 *
 * @example
 * const server = await createRelayServer({ config: readConfig(process.env, '1.0.0'), version: '1.0.0' });
 * console.log(server.address.port);
 * await server.stop();
 *
 * @throws OttoError `start_failed` in one sentence, when the folder or the port is not to be had
 */
export async function createRelayServer(options: RelayServerOptions): Promise<RelayServer> {
  const logger = options.logger ?? createDiagnostics();
  const ending = new Ending({
    clock: systemClock,
    report: ({ step, reason }) => logger.error({ step, err: reason }, 'This did not end well'),
  });
  try {
    return await start(options, { logger, ending, files: options.files });
  } catch (error) {
    await ending.run();
    throw startError(error);
  }
}

async function start({ config, version }: RelayServerOptions, life: Life): Promise<RelayServer> {
  const { logger, ending } = life;
  const world = await openWorld(config, life);
  const { ports, recentLog, operator, state } = world;
  const metrics = new RelayMetrics({ clock: systemClock, version, backlog: () => world.logBacklog() });
  const counted = { ...ports, onOwnEntry: (event: LogEvent) => metrics.count(event) };
  const relay = await Relay.open({ config: config.relay, ports: counted, recentLog });
  metrics.start(relay);
  ending.add('metrics', () => metrics.stop());
  world.onLogEntriesDropped((count) => {
    relay.logs.write({ level: 'error', source: 'relay', type: 'log_entries_dropped', data: { count } });
  });

  const loggerInstance: FastifyBaseLogger = logger;
  // What the relay does is in its own log; a line for each request would only repeat it.
  const logController = new LogController({ disableRequestLogging: true });
  const app = fastify({ ...SERVER_OPTIONS, loggerInstance, logController, schemaController: NO_SCHEMAS });
  ending.add('sockets', () => closeApp(app));
  ending.add('relay', () => relay.stop());
  await app.register(relayHttp, {
    relay,
    operator,
    readiness: () => state.readiness(),
    process: () => state.process(version),
    metrics: () => metrics.text(),
    policy: config.policy,
  });
  const address = await listen(app, config);
  ending.add('port', () => void app.server.close());
  state.listens(address);

  relay.logs.write({ level: 'info', source: 'relay', type: 'relay_started', data: startFacts(config, world) });
  for (const warning of state.process(version).warnings) logger.warn(warning);

  const stop = async (): Promise<void> => {
    state.stops();
    relay.logs.write({ level: 'info', source: 'relay', type: 'relay_stopping' });
    await ending.run();
    logger.flush();
  };
  let stopping: Promise<void> | undefined;
  return { address, relay, stop: () => (stopping ??= stop()) };
}

/** Whatever else went wrong is said in one sentence, too. */
function startError(error: unknown): OttoError {
  if (error instanceof OttoError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new OttoError('start_failed', { message: `The relay did not start: ${reason}.` }, { cause: error });
}

/** What is not done within the time of this step is cut off. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const cut = systemClock.after(CUT_CONNECTIONS_AFTER_MS, () => app.server.closeAllConnections());
  try {
    await app.close();
  } finally {
    cut.cancel();
  }
}

function startFacts(config: HostConfig, { storage }: { storage: FileStores }): Record<string, unknown> {
  return {
    accessTtlMinutes: config.relay.accessTokenTtlMs / 60_000,
    refreshTtlDays: config.relay.refreshTokenTtlMs / 86_400_000,
    stores: storage.reports,
  };
}

export interface RelayServerOptions {
  readonly config: HostConfig;
  /** The package's, for the operator. */
  readonly version: string;
  /** Of the process; by default one that writes to stderr. */
  readonly logger?: Logger;
  /** How its files are kept; by default as usual. */
  readonly files?: FilesInUse;
}

/** A relay that is running. */
export interface RelayServer {
  readonly address: { readonly host: string; readonly port: number };
  readonly relay: Relay;
  /**
   * Settles every command, writes everything down, closes every socket, and lets port and folder go: at once if
   * nothing hangs, within five seconds whatever hangs. May be called again.
   */
  stop(): Promise<void>;
}
