import type { HttpInterceptUpdate, INTERCEPT_FAULTS } from '@telepat/otto-protocol';
import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { CapturedResponse } from '../ports.js';
import type { ListenerUpdate } from './node-listener.js';
import { redactedHeaders } from './redacted-headers.js';

/** An update of `network.http_intercept`. One that is too large loses the end of its body, then body and headers. */
export function interceptUpdate(updateType: InterceptUpdateType, data: InterceptData): ListenerUpdate {
  const { body } = data;
  const isCut = body === undefined || body.length <= BODY_CHARS_THAT_FIT;
  return { updateType, data, smaller: () => (isCut ? bare(updateType, data) : cut(updateType, { ...data, body })) };
}

/** What was captured of a tab, with nothing in it that proves an identity. */
export function interceptData(names: InterceptNames, response: CapturedResponse): InterceptData {
  const { requestHeaders, responseHeaders, url, ...facts } = response;
  return {
    ...names,
    ...facts,
    url: withoutCredentials(url),
    ...(requestHeaders === undefined ? {} : { requestHeaders: redactedHeaders(requestHeaders) }),
    ...(responseHeaders === undefined ? {} : { responseHeaders: redactedHeaders(responseHeaders) }),
  };
}

/** An update about the subscription itself: there is no response that it tells of. */
export function interceptNotice(
  updateType: InterceptUpdateType,
  names: InterceptNames,
  error: keyof typeof INTERCEPT_FAULTS,
): ListenerUpdate {
  const nothing = { url: '', method: '', status: 0, mimeType: '', requestId: '', captureSource: 'network' } as const;
  return { updateType, data: { ...names, ...nothing, error } };
}

/** A character of JSON takes at most six bytes, and the rest of a frame is small beside its body. */
const BODY_CHARS_THAT_FIT = Math.floor((FRAME_BYTES_MAX - 1_000_000) / 6 / 4) * 4;

function cut(updateType: InterceptUpdateType, data: InterceptData & { readonly body: string }): ListenerUpdate {
  const end = BODY_CHARS_THAT_FIT - (isHighSurrogate(data.body.charCodeAt(BODY_CHARS_THAT_FIT - 1)) ? 1 : 0);
  return interceptUpdate(updateType, { ...data, body: data.body.slice(0, end), truncated: true });
}

function bare(updateType: InterceptUpdateType, data: InterceptData): ListenerUpdate {
  const { body: _body, base64Encoded: _encoding, truncated: _cut, ...withHeaders } = data;
  const { requestHeaders: _asked, responseHeaders: _answered, ...rest } = withHeaders;
  return { updateType, data: { ...rest, error: 'too_large_for_frame' } };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** An address may carry a name and a password before its host. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}

export type InterceptUpdateType = 'network.response' | 'network.error' | 'network.detached';
export type InterceptNames = Pick<HttpInterceptUpdate, 'tabSessionId' | 'site'>;
type InterceptData = Omit<HttpInterceptUpdate, 'eventId' | 'emittedAt' | 'missedCount'>;
