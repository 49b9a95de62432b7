// The real relay as the daemon runs it, with its log on disk. Only the rate limit is out of the way, and the replay
// window short, unless the environment says otherwise: at the rate of a benchmark it would hold more nonces than the
// limit ever lets through.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answerParent, cpuAnswer, memoryAnswer } from './program.mjs';
import { tuneHeap } from './world/daemon-v8.mjs';

const host = new URL('../packages/relay-host/', import.meta.url);
const built = new URL('dist/', host);

tuneHeap();
answerParent({ start, cpu: cpuAnswer, memory: memoryAnswer, pause: longestPause });

const delays = monitorEventLoopDelay({ resolution: 5 });

/** @param {{ hasNullLog?: boolean }} question */
async function start({ hasNullLog = false }) {
  delays.enable();
  if (hasNullLog) await muteLog();
  const { createRelayServer, readConfig } = await import(new URL('index.js', built).href);
  const environment = {
    OTTO_TOKEN_SECRET: randomBytes(32).toString('hex'),
    OTTO_RATE_LIMIT_PER_MIN: '100000000',
    OTTO_REPLAY_WINDOW_MS: '1000',
    ...process.env,
    OTTO_RELAY_PORT: '0',
  };
  const logger = createRequire(new URL('package.json', host))('pino')({ level: 'warn' });
  const server = await createRelayServer({ config: readConfig(environment, '0.0.0'), version: '0.0.0', logger });
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  return { port: server.address.port };
}

/** The null sink: entries are made, kept in memory and counted, and go nowhere. */
async function muteLog() {
  const { DayFiles } = await import(new URL('oplog/day-files.js', built).href);
  DayFiles.prototype.write = () => undefined;
}

/** The longest time since the last question, or the start, in which this process served nobody; and its memory. */
function longestPause() {
  const maxPauseMs = delays.max / 1e6;
  delays.reset();
  return { maxPauseMs, rssBytes: process.memoryUsage.rss() };
}
