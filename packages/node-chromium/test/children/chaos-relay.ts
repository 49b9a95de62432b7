import { createRelayServer, readConfig } from '@telepat/otto-relay-host';

/** Runs a relay until it is killed, and tells its port. */
const server = await createRelayServer({ config: readConfig(process.env, '1.0.0'), version: '1.0.0' });
process.send?.(server.address.port);
