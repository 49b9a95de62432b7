import {
  encodeFrame,
  makeFrame,
  type CancelAckEvent,
  type QueuedEvent,
  type RoutedEvent,
} from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { acknowledgementText } from './acknowledgement.js';

const ODD = 'a "quote", \\, é, \ud800 and \n';

describe('an acknowledgement', () => {
  it.each<QueuedEvent | RoutedEvent | CancelAckEvent>([
    { type: 'queued', targetNodeId: 'node_1', tabSessionId: 'tab_1', queueDepth: 12 },
    { type: 'queued', targetNodeId: ODD, tabSessionId: ODD, queueDepth: 1 },
    { type: 'routed', targetNodeId: 'node_1', tabSessionId: 'tab_1' },
    { type: 'routed', targetNodeId: ODD },
    { type: 'cancel_ack', targetRequestId: 'r0', status: 'cancelled' },
  ])('is the frame of its event: %o', (event) => {
    for (const ids of [
      { requestId: 'r1' },
      { requestId: ODD, traceId: ODD },
      { requestId: 'r1', traceId: 't', traceparent: 'p' },
    ]) {
      const frame = makeFrame('event', { ...ids, senderRole: 'relay', payload: event });

      expect(JSON.parse(acknowledgementText(ids, event))).toEqual(JSON.parse(encodeFrame(frame)));
    }
  });
});
