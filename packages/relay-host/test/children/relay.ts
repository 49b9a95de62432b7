import { createRelayServer } from '../../src/create-relay-server.js';
import { readConfig } from '../../src/config.js';

/** Runs a relay until it is killed, and prints its port. */
const server = await createRelayServer({ config: readConfig(process.env, '1.2.3'), version: '1.2.3' });
console.log(server.address.port);
