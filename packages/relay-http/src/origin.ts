import { isIP } from 'node:net';
import { OttoError, type Role } from '@telepat/otto-protocol';
import type { HttpPolicy } from './options.js';

/** `name`, `name:port`, `[v6]` or `[v6]:port`; whatever else a Host header may hold is nobody's name. */
const HOST_PATTERN = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/;

const EXTENSION_ORIGIN_PATTERN = /^(?:chrome|moz)-extension:\/\/[A-Za-z0-9_-]+$/;

/**
 * Refuses a Host header that names neither an IP address, nor `localhost`, nor an allowed name. This is what
 * stops DNS rebinding: the page of a stranger whose name was pointed at this machine still sends that name.
 */
export function checkHost(host: string | undefined, policy: Pick<HttpPolicy, 'allowedHosts'>): void {
  const [, address, name] = HOST_PATTERN.exec(host ?? '') ?? [];
  if (address !== undefined && isIP(address) === 6) return;
  if (name !== undefined && isAllowedName(name.toLowerCase(), policy.allowedHosts)) return;
  throw new OttoError('forbidden_host');
}

/** Whether an Origin header is a browser extension's. */
export function isExtensionOrigin(origin: string): boolean {
  return EXTENSION_ORIGIN_PATTERN.test(origin);
}

/**
 * Refuses an upgrade by its Origin header, by the role that its query names. Without a role the rule for controllers
 * applies. No Origin is always fine: browsers cannot leave it out.
 */
export function checkUpgradeOrigin(origin: string | undefined, role: Role | undefined, policy: OriginPolicy): void {
  if (origin === undefined) return;
  const isAllowed =
    role === 'node' ? mayBeNodeOrigin(origin, policy.extensionOrigins) : policy.controllerOrigins.includes(origin);
  if (!isAllowed) throw new OttoError('forbidden_origin');
}

/** Refuses an HTTP request by its Origin header. */
export function checkHttpOrigin(origin: string | undefined, policy: OriginPolicy): void {
  if (origin === undefined || policy.controllerOrigins.includes(origin)) return;
  if (!mayBeNodeOrigin(origin, policy.extensionOrigins)) throw new OttoError('forbidden_origin');
}

/** Whether pages of an origin may read answers: only of those that the configuration names. */
export function isConfiguredOrigin(origin: string, policy: OriginPolicy): boolean {
  return policy.controllerOrigins.includes(origin) || policy.extensionOrigins.includes(origin);
}

function isAllowedName(name: string, allowedHosts: readonly string[]): boolean {
  if (name === 'localhost' || isIP(name) === 4) return true;
  return allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

function mayBeNodeOrigin(origin: string, extensionOrigins: readonly string[]): boolean {
  return extensionOrigins.length === 0 ? isExtensionOrigin(origin) : extensionOrigins.includes(origin);
}

type OriginPolicy = Pick<HttpPolicy, 'extensionOrigins' | 'controllerOrigins'>;
