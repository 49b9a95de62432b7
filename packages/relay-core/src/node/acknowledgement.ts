import { PROTOCOL_VERSION, type ExchangeIds } from '@telepat/otto-protocol';

/**
 * The frame of an acknowledgement. One or two go out for every command, so that it is written down, and not stringified
 * as a whole, which takes twice as long: 1 µs.
 *
 * @param to whose command it is about
 */
export function acknowledgementText(to: ExchangeIds, said: Acknowledgement): string {
  const { type, targetNodeId, tabSessionId } = said;
  const head = `{"protocolVersion":"${PROTOCOL_VERSION}","messageType":"event"${field('requestId', to.requestId)}`;
  const trace = field('traceId', to.traceId) + field('traceparent', to.traceparent);
  const depth = said.type === 'queued' ? `,"queueDepth":${said.queueDepth}` : '';
  const payload = `{"type":"${type}"${field('targetNodeId', targetNodeId)}${field('tabSessionId', tabSessionId)}${depth}}`;
  return `${head}${trace},"senderRole":"relay","payload":${payload}}`;
}

function field(name: string, text: string | undefined): string {
  return text === undefined ? '' : `,"${name}":${JSON.stringify(text)}`;
}

/** That a command was handed to its node. */
export function routed(targetNodeId: string, tabSessionId: string | undefined): Acknowledgement {
  return tabSessionId === undefined ? { type: 'routed', targetNodeId } : { type: 'routed', targetNodeId, tabSessionId };
}

/** What its sender hears of a command before its outcome: that it waits, and that it was handed to its node. */
export type Acknowledgement = Queued | Routed;

interface Queued {
  readonly type: 'queued';
  readonly targetNodeId: string;
  readonly tabSessionId: string;
  /** Commands that wait in this tab, this one included. */
  readonly queueDepth: number;
}

interface Routed {
  readonly type: 'routed';
  readonly targetNodeId: string;
  readonly tabSessionId?: string;
}
