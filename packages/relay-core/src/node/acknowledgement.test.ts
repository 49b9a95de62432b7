import { encodeFrame, makeFrame } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { acknowledgementText, type Acknowledgement } from './acknowledgement.js';

const ODD = 'a "quote", \\, é, \ud800 and \n';

describe('an acknowledgement', () => {
  it.each<Acknowledgement>([
    { type: 'queued', targetNodeId: 'node_1', tabSessionId: 'tab_1', queueDepth: 12 },
    { type: 'queued', targetNodeId: ODD, tabSessionId: ODD, queueDepth: 1 },
    { type: 'routed', targetNodeId: 'node_1', tabSessionId: 'tab_1' },
    { type: 'routed', targetNodeId: ODD },
  ])('is the frame of its event: %o', (payload) => {
    const plain = { requestId: 'r1' };
    for (const ids of [plain, { requestId: ODD, traceId: ODD }, { ...plain, traceId: 't', traceparent: 'p' }]) {
      const frame = makeFrame('event', { ...ids, senderRole: 'relay', payload });

      expect(JSON.parse(acknowledgementText(ids, payload))).toEqual(JSON.parse(encodeFrame(frame)));
    }
  });
});
