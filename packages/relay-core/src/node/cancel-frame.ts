import { CANCEL_REASON_UNATTENDED, encodeFrame, makeFrame } from '@telepat/otto-protocol';
import type { PendingCommand } from './pending-command.js';

/** The `command_cancel` that tells a node to stop a command; `isUnattended` when that is because nobody came back for it. */
export function cancelFrame(
  order: Pick<PendingCommand['order'], 'requestId' | 'traceId' | 'traceparent' | 'nodeId' | 'action'>,
  { isUnattended = false }: { isUnattended?: boolean } = {},
): string {
  const { requestId, traceId, traceparent, nodeId, action } = order;
  const reason = isUnattended ? { reason: CANCEL_REASON_UNATTENDED } : {};
  const payload = { targetRequestId: requestId, nodeId, action, ...reason };
  return encodeFrame(makeFrame('command_cancel', { requestId, traceId, traceparent, senderRole: 'relay', payload }));
}
