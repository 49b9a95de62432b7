import { readConfig } from '../../src/config.js';

/** Runs a relay as its daemon does: what is wrong with its configuration is one line on stderr, and it ends with 1. */
try {
  const config = readConfig(process.env, '1.2.3');
  // Most of the program is not needed to refuse a value.
  const { createRelayServer } = await import('../../src/create-relay-server.js');
  const server = await createRelayServer({ config, version: '1.2.3' });
  process.stdout.write(`${server.address.port}\n`);
  await server.stop();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
