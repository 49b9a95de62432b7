import { encodeFrame, makeFrame } from '@telepat/otto-protocol';
import type { PendingCommand } from './pending-command.js';

/** The `command_cancel` that tells a node to stop a command. */
export function cancelFrame(
  order: Pick<PendingCommand['order'], 'requestId' | 'traceId' | 'traceparent' | 'nodeId' | 'action'>,
): string {
  const { requestId, traceId, traceparent, nodeId, action } = order;
  const payload = { targetRequestId: requestId, nodeId, action };
  return encodeFrame(makeFrame('command_cancel', { requestId, traceId, traceparent, senderRole: 'relay', payload }));
}
