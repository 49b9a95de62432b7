import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import type { PidRecord } from '../daemon/pid-file.js';
import { stopDaemon } from '../daemon/supervisor.js';
import { findRelay } from '../relay/find-relay.js';

/**
 * Stops the relay of this machine; undefined when none runs.
 *
 * @throws OttoError `not_running` when a process has the relay's pid and port, but does not prove that it is the relay
 */
export async function stopRelay({ paths, io, output }: CommandContext): Promise<PidRecord | undefined> {
  const found = await findRelay(paths, io.signal);
  switch (found.state) {
    case 'running':
      await stopDaemon(found, paths, io.signal);
      return found.record;
    case 'silent':
      throw new OttoError('not_running', {
        message: `Process ${found.record.pid} has the port of the relay, but does not answer, so that it may be any program.`,
        actionableHint: `Look what it is; if it is the relay, end it yourself: kill ${found.record.pid}.`,
      });
    case 'stale':
      output.note(`otto: the last relay did not stop in order (${found.reason}).`);
      return undefined;
    case 'stopped':
      return undefined;
  }
}
