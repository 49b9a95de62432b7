import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';
import type { Origin } from '@telepat/otto-relay-core';
import type { FastifyRequest } from 'fastify';
import { isExtensionOrigin } from './origin.js';

const IPV4_IN_IPV6_PREFIX = '::ffff:';
const FORWARDING_HEADERS = ['forwarded', 'x-real-ip', 'cf-connecting-ip', 'via'];

/** Where a request comes from, as far as the relay itself can tell. */
export function requestOrigin(request: FastifyRequest): Origin {
  const address = plainAddress(request.raw.socket.remoteAddress ?? 'unknown');
  const { origin } = request.headers;
  return {
    address,
    isLoopback: isLoopbackAddress(address) && !isForwarded(request.headers),
    ...(origin !== undefined && isExtensionOrigin(origin) ? { extensionOrigin: origin } : {}),
  };
}

/**
 * Whether a request says that it was passed on for somebody else. Such a one counts as remote: a reverse proxy on
 * this machine must not make strangers local.
 */
function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => name.startsWith('x-forwarded-') || FORWARDING_HEADERS.includes(name));
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

function plainAddress(address: string): string {
  const rest = address.slice(IPV4_IN_IPV6_PREFIX.length);
  return address.toLowerCase().startsWith(IPV4_IN_IPV6_PREFIX) && isIPv4(rest) ? rest : address;
}
