import { OttoError } from '@telepat/otto-protocol';

/**
 * The two addresses of a relay, from either of them.
 *
 * @example relayUrls('ws://127.0.0.1:8787') // { ws: 'ws://127.0.0.1:8787', http: 'http://127.0.0.1:8787' }
 * @throws OttoError `invalid_configuration` for a text that is no such address.
 */
export function relayUrls(relayUrl: string): RelayUrls {
  const { protocol, host, pathname } = parse(relayUrl);
  const isSecure = SECURE.get(protocol);
  if (isSecure === undefined || host === '') throw notAnAddress(relayUrl);
  const place = `${host}${pathname.replace(/\/+$/, '')}`;
  return { ws: `${isSecure ? 'wss' : 'ws'}://${place}`, http: `${isSecure ? 'https' : 'http'}://${place}` };
}

/** The schemes that a relay's address may have, and whether they mean TLS. */
const SECURE = new Map([
  ['ws:', false],
  ['http:', false],
  ['wss:', true],
  ['https:', true],
]);

function parse(relayUrl: string): URL {
  try {
    return new URL(relayUrl);
  } catch (cause) {
    throw notAnAddress(relayUrl, cause);
  }
}

function notAnAddress(relayUrl: string, cause?: unknown): OttoError {
  const message = `"${relayUrl}" is not the address of a relay; it looks like ws://127.0.0.1:8787.`;
  return new OttoError('invalid_configuration', { message }, { cause });
}

/** The addresses of one relay. */
export interface RelayUrls {
  readonly ws: string;
  readonly http: string;
}
