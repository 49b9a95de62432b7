import { pino } from 'pino';
import { readConfig } from '../../src/config.js';
import { createRelayServer } from '../../src/create-relay-server.js';
import { nodeDisk } from '../../src/disk.js';
import { RiskyDisk } from '../torture/risky-disk.js';
import type { RelayPlan } from '../torture/relay-process.js';

/** A relay with files at risk: tells its port, is armed by the first message, and runs until it is killed. */
const { risk, compaction, isArmedFromStart } = JSON.parse(process.env['TORTURE_PLAN'] ?? '') as RelayPlan;
const disk = new RiskyDisk(nodeDisk(), risk);
if (isArmedFromStart === true) disk.arm();
const server = await createRelayServer({
  config: readConfig(process.env, '1.2.3'),
  version: '1.2.3',
  logger: pino({ level: risk.kind === 'failing' ? 'fatal' : 'error' }, pino.destination(2)),
  files: { disk, compaction },
});
process.once('message', () => {
  disk.arm();
  process.send?.('armed');
});
process.once('disconnect', () => process.exit(1));
process.send?.(server.address.port);
