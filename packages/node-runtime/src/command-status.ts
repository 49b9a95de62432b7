import { OttoError, commandStatusInput, type CommandStatus } from '@telepat/otto-protocol';
import type { DurableRecords } from './durable-records.js';

/** The relay's own question after a durable command. */
export const COMMAND_STATUS = 'relay.command_status';

/**
 * What this node knows of a durable command, for the relay that lost sight of it.
 *
 * @throws OttoError `invalid_action_input`
 */
export function commandStatus(input: unknown, records: DurableRecords): CommandStatus {
  const parsed = commandStatusInput.safeParse(input);
  if (!parsed.success) throw new OttoError('invalid_action_input', { effect: 'none' });
  const { idempotencyKey: key, targetRequestId: requestId } = parsed.data;
  const known = records.ask({ key, requestId });
  switch (known.phase) {
    case 'running':
      return { status: 'running' };
    case 'done':
      return { status: 'done', outcome: known.outcome };
    case 'forgotten':
      return { status: 'unknown' };
    case 'never_received':
      return { status: 'unknown', neverReceived: true };
  }
}
