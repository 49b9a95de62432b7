import { OttoError, type LogEntry } from '@telepat/otto-protocol';
import type { OttoHttpApi } from '@telepat/otto-sdk';

/** A beginning of an id must be this long to be looked for. */
const PREFIX_LENGTH_MIN = 6;

/**
 * All that the log holds of one command, by its id or by the beginning of it that lists show, when one of the newest
 * ten thousand entries has it.
 *
 * @throws OttoError `command_not_found`
 */
export async function findRequest(api: OttoHttpApi, typed: string): Promise<readonly LogEntry[]> {
  const given = typed.replace(/…$/, '');
  const { logs } = await api.logs.query({ requestId: given });
  if (logs.length > 0) return logs;
  const found = given.length < PREFIX_LENGTH_MIN ? [] : await beginningWith(api, given);
  const [only] = found;
  if (only === undefined) throw notFound(`The log holds nothing of ${given} that you may see.`);
  if (found.length > 1) throw notFound(`Several commands begin with ${given}: ${found.slice(0, 5).join(', ')}.`);
  return (await api.logs.query({ requestId: only })).logs;
}

async function beginningWith(api: OttoHttpApi, prefix: string): Promise<string[]> {
  const { logs } = await api.logs.query({});
  const ids = logs.flatMap(({ requestId }) => (requestId?.startsWith(prefix) === true ? [requestId] : []));
  return [...new Set(ids)];
}

function notFound(message: string): OttoError {
  return new OttoError('command_not_found', {
    message,
    actionableHint: 'Every answer of otto cmd --json and every error names its requestId; the log goes back 14 days.',
  });
}
