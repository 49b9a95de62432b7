import { OttoError, holdsScope, type RelayScope } from '@telepat/otto-protocol';
import type { Caller } from '@telepat/otto-relay-core';
import type { RelayHttpOptions } from './options.js';

const BEARER_PATTERN = /^Bearer +(\S+) *$/i;
const ANYONE: Caller = { kind: 'anyone' };

/**
 * Finds out who calls, and refuses whoever the route is not for. Where a route is for anyone, a credential that is not
 * accepted counts as none.
 */
export async function authenticate(
  authorization: string | undefined,
  wanted: { readonly needs: Needs; readonly scope?: RelayScope | undefined },
  options: Pick<RelayHttpOptions, 'relay' | 'operator'>,
): Promise<Caller> {
  const token = BEARER_PATTERN.exec(authorization ?? '')?.[1];
  if (wanted.needs === 'anyone') return recognise(token, options).catch(anyoneUnlessBug);
  const caller = await recognise(token, options);
  if (caller.kind === 'anyone') throw new OttoError('missing_access_token');
  if (!admits(wanted.needs, caller)) throw new OttoError('forbidden_role');
  if (wanted.scope !== undefined && !hasScope(caller, wanted.scope)) throw new OttoError('forbidden_scope');
  return caller;
}

/** Whether a route with these needs is for this caller. The operator may do whatever a controller may. */
export function admits<N extends Needs>(needs: N, caller: Caller): caller is CallerOf[N] {
  if (needs === 'anyone') return true;
  if (caller.kind === 'anyone') return false;
  if (caller.kind === 'operator') return needs !== 'node';
  return needs === 'node or controller' || needs === caller.identity.role;
}

async function recognise(token: string | undefined, { relay, operator }: Recognition): Promise<Caller> {
  if (token === undefined) return ANYONE;
  if (operator.matches(token)) return { kind: 'operator' };
  return { kind: 'bearer', identity: await relay.access.tokens.verify(token) };
}

function anyoneUnlessBug(reason: unknown): Caller {
  if (reason instanceof OttoError) return ANYONE;
  throw reason;
}

function hasScope(caller: Caller, scope: RelayScope): boolean {
  return caller.kind === 'operator' || (caller.kind === 'bearer' && holdsScope(caller.identity.scopes, scope));
}

/** Who may call a route. */
export type Needs = keyof CallerOf;

/** Who a route with such needs is called by. */
export interface CallerOf {
  anyone: Caller;
  node: BearerCaller;
  controller: BearerCaller | OperatorCaller;
  'node or controller': BearerCaller | OperatorCaller;
  operator: OperatorCaller;
}

type BearerCaller = Extract<Caller, { kind: 'bearer' }>;
type OperatorCaller = Extract<Caller, { kind: 'operator' }>;
type Recognition = Pick<RelayHttpOptions, 'relay' | 'operator'>;
