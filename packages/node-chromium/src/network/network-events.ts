import * as z from 'zod';

const text = z.string();
const headers = z.record(z.string(), z.string());
const type = text.optional();

const response = z.object({
  url: text,
  status: z.number(),
  mimeType: text,
  charset: text.optional(),
  headers,
});

/** What is read of the events of a session's domains Network, Page, Fetch and Target. */
const NETWORK_EVENTS = {
  'Network.requestWillBeSent': z.object({
    requestId: text,
    /** Of the document that asks; empty for a worker and its script. */
    loaderId: text,
    documentURL: text,
    type,
    frameId: text.optional(),
    request: z.object({ url: text, method: text, headers }),
    /** The same request went on elsewhere, after this answer. */
    redirectResponse: response.optional(),
    redirectHasExtraInfo: z.boolean().optional(),
  }),
  'Network.requestWillBeSentExtraInfo': z.object({ requestId: text, headers }),
  'Network.responseReceived': z.object({
    requestId: text,
    type,
    response,
    hasExtraInfo: z.boolean().optional(),
  }),
  'Network.responseReceivedExtraInfo': z.object({ requestId: text, headers }),
  'Network.dataReceived': z.object({ requestId: text, dataLength: z.number(), data: text.optional() }),
  'Network.loadingFinished': z.object({ requestId: text }),
  'Network.loadingFailed': z.object({ requestId: text, errorText: text }),
  'Network.webSocketCreated': z.object({ requestId: text, url: text }),
  'Network.webSocketWillSendHandshakeRequest': z.object({ requestId: text, request: z.object({ headers }) }),
  'Network.webSocketHandshakeResponseReceived': z.object({
    requestId: text,
    response: z.object({ status: z.number(), headers }),
  }),
  'Network.webSocketFrameError': z.object({ requestId: text, errorMessage: text }),
  'Network.webSocketClosed': z.object({ requestId: text }),
  'Page.frameNavigated': z.object({
    frame: z.object({ id: text, parentId: text.optional(), loaderId: text }),
  }),
  'Page.frameDetached': z.object({ frameId: text, reason: text.optional() }),
  'Fetch.requestPaused': z.object({
    requestId: text,
    networkId: text.optional(),
    resourceType: text.optional(),
    request: z.object({ url: text, method: text }),
    responseStatusCode: z.number().optional(),
    responseHeaders: z.array(z.object({ name: text, value: text })).optional(),
  }),
  'Target.attachedToTarget': z.object({ sessionId: text, targetInfo: z.object({ type: text }) }),
  'Target.receivedMessageFromTarget': z.object({ sessionId: text, message: text }),
  'Target.detachedFromTarget': z.object({ sessionId: text }),
} as const;

export type NetworkEventName = keyof typeof NETWORK_EVENTS;
export type NetworkEvent<N extends NetworkEventName> = z.output<(typeof NETWORK_EVENTS)[N]>;
export type NetworkResponse = z.output<typeof response>;
export type HeadersByName = z.output<typeof headers>;

/** Hands an event to the one who handles its kind; what is not of interest, or of another shape, is left alone. */
export function dispatch(handlers: NetworkHandlers, method: string, params: unknown): void {
  if (isNetworkEvent(method)) hand(handlers, method, params);
}

function hand<N extends NetworkEventName>(handlers: NetworkHandlers, method: N, params: unknown): void {
  const parsed = NETWORK_EVENTS[method].safeParse(params);
  // The schema of this row gives what its handler takes; the compiler does not see that through the generic key.
  if (parsed.success) handlers[method]?.(parsed.data as NetworkEvent<N>);
}

function isNetworkEvent(method: string): method is NetworkEventName {
  return Object.hasOwn(NETWORK_EVENTS, method);
}

export type NetworkHandlers = { readonly [N in NetworkEventName]?: (event: NetworkEvent<N>) => void };
