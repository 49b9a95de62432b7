// The real relay as the daemon runs it, over an archive of the log; it tells how long its start took and how much
// memory it has used.
import { randomBytes } from 'node:crypto';
import { answerParent, cpuAnswer } from './program.mjs';

const built = new URL('../packages/relay-host/dist/index.js', import.meta.url);

answerParent({ start, memory });

async function start() {
  const { createRelayServer, readConfig } = await import(built.href);
  const environment = {
    ...process.env,
    OTTO_RELAY_PORT: '0',
    OTTO_TOKEN_SECRET: randomBytes(32).toString('hex'),
    OTTO_RATE_LIMIT_PER_MIN: '100000000',
    OTTO_REPLAY_WINDOW_MS: '1000',
  };
  const { cpuMicros } = cpuAnswer();
  const startedAt = performance.now();
  const server = await createRelayServer({ config: readConfig(environment, '0.0.0'), version: '0.0.0' });
  const startMs = performance.now() - startedAt;
  const startCpuMs = (cpuAnswer().cpuMicros - cpuMicros) / 1_000;
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  return { port: server.address.port, startMs, startCpuMs };
}

/** What it takes now, and the most that it ever took, both in physical memory. */
function memory() {
  return { rssBytes: process.memoryUsage().rss, peakBytes: process.resourceUsage().maxRSS * 1_024 };
}
