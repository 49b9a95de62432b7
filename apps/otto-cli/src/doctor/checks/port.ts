import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../../context.js';
import type { Environment } from '../../io.js';
import { findRelay } from '../../relay/find-relay.js';
import { isDaemonsAddress } from '../../relay/is-daemons-address.js';
import { portOfEnvironment } from '../../relay/port-of-environment.js';
import { problemOfListening } from '../../relay/problem-of-listening.js';
import type { Finding } from '../finding.js';

const HOST_DEFAULT = '127.0.0.1';

/** Whether a relay that does not run yet could listen where it would. */
export async function port({ paths, io, config }: CommandContext): Promise<Finding> {
  const found = await findRelay(paths, io.signal);
  if (found.state === 'running') return { level: 'ok', message: `${found.record.port} is the relay's` };
  if (found.state === 'silent' || found.state === 'unlisted') {
    return { level: 'ok', message: 'not looked at: a process has the folder or the port of the relay' };
  }
  if (await isElsewhere(config)) return { level: 'ok', message: 'not looked at: the relay is elsewhere' };
  const wanted = wantedPort(io.env);
  if (wanted === undefined)
    return { level: 'fail', message: 'OTTO_RELAY_PORT is no port.', remedy: 'unset OTTO_RELAY_PORT' };
  const problem = await problemOfListening(io.env['OTTO_RELAY_HOST'] ?? HOST_DEFAULT, wanted);
  if (problem === undefined)
    return { level: 'ok', message: wanted === 0 ? 'a free one is taken' : `${wanted} is free` };
  return {
    level: 'fail',
    message: `The relay could not listen on port ${wanted}: ${problem}.`,
    remedy: 'otto start --port 0',
  };
}

/** A damaged file is told by the checks of what is in it. */
async function isElsewhere(config: CommandContext['config']): Promise<boolean> {
  try {
    const { relayUrl } = await config.read();
    return relayUrl !== undefined && !isDaemonsAddress(relayUrl);
  } catch (error) {
    if (error instanceof OttoError) return false;
    throw error;
  }
}

/** Undefined for what the relay would refuse. */
function wantedPort(env: Environment): number | undefined {
  try {
    return portOfEnvironment(env);
  } catch (error) {
    if (error instanceof OttoError) return undefined;
    throw error;
  }
}
