import type { CommandContext } from '../../context.js';
import { findRelay } from '../../relay/find-relay.js';
import { problemOfListening } from '../../relay/problem-of-listening.js';
import type { Finding } from '../finding.js';

const PORT_DEFAULT = 8_787;
const HOST_DEFAULT = '127.0.0.1';

/** Whether a relay that does not run yet could listen where it would. */
export async function port({ paths, io }: CommandContext): Promise<Finding> {
  const found = await findRelay(paths, io.signal);
  if (found.state === 'running') return { level: 'ok', message: `${found.record.port} is the relay's` };
  if (found.state === 'silent' || found.state === 'unlisted') {
    return { level: 'ok', message: 'not looked at: a process has the folder or the port of the relay' };
  }
  const wanted = Number(io.env['OTTO_RELAY_PORT'] ?? PORT_DEFAULT);
  if (!Number.isInteger(wanted))
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
