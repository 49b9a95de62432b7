import { OttoError } from '@telepat/otto-protocol';
import { ensureRelay } from '../commands/start-relay.js';
import type { CommandContext } from '../context.js';
import { isDaemonsAddress } from '../relay/is-daemons-address.js';

/** Of addresses that name none. */
const PORT_OF_HTTP = 80;

/**
 * Makes sure that the relay of this machine runs where the address says; one of another machine is for others to run.
 *
 * @param relayUrl undefined: on whatever port it runs
 * @throws OttoError `start_failed` when it runs on another port, with the remedy
 */
export async function setUpDaemon(context: CommandContext, relayUrl: string | undefined): Promise<DaemonSetup> {
  const place = relayUrl === undefined ? undefined : new URL(relayUrl);
  if (relayUrl !== undefined && !isDaemonsAddress(relayUrl)) return { outcome: 'elsewhere', port: portOf(relayUrl) };
  const wanted = place === undefined ? undefined : portOf(place.href);
  const { outcome, record } = await ensureRelay(context, wanted);
  if (wanted !== undefined && record.port !== wanted) {
    throw new OttoError('start_failed', {
      message: `The relay runs on port ${record.port} already (pid ${record.pid}), not on port ${wanted}.`,
      actionableHint: 'Run otto stop, then otto setup again; or set up for the port on which it runs.',
    });
  }
  return { outcome, port: record.port };
}

/** The port of an address, also when it does not say it. */
export function portOf(relayUrl: string): number {
  const { port, protocol } = new URL(relayUrl);
  if (port !== '') return Number(port);
  return protocol === 'wss:' || protocol === 'https:' ? 443 : PORT_OF_HTTP;
}

export interface DaemonSetup {
  /** `elsewhere`: on another machine. `skipped`: nobody wanted it to be looked after. */
  readonly outcome: 'started' | 'already_running' | 'elsewhere' | 'skipped';
  readonly port: number;
}
