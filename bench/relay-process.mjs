// The real relay as the daemon runs it, with its log on disk. Only the rate limit is out of the way, and the replay
// window short: at the rate of a benchmark it would hold more nonces than the limit ever lets through.
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answerParent, cpuAnswer } from './program.mjs';

const built = new URL('../packages/relay-host/dist/index.js', import.meta.url);

answerParent({ start, cpu: cpuAnswer, pause: longestPause });

const delays = monitorEventLoopDelay({ resolution: 5 });

async function start() {
  delays.enable();
  const { createRelayServer, readConfig } = await import(built.href);
  const environment = {
    ...process.env,
    OTTO_RELAY_PORT: '0',
    OTTO_TOKEN_SECRET: randomBytes(32).toString('hex'),
    OTTO_RATE_LIMIT_PER_MIN: '100000000',
    OTTO_REPLAY_WINDOW_MS: '1000',
  };
  const server = await createRelayServer({ config: readConfig(environment, '0.0.0'), version: '0.0.0' });
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  return { port: server.address.port };
}

/** The longest time since the last question, or the start, in which this process served nobody; and its memory. */
function longestPause() {
  const maxPauseMs = delays.max / 1e6;
  delays.reset();
  return { maxPauseMs, rssBytes: process.memoryUsage.rss() };
}
