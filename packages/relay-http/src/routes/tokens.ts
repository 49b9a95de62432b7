import { OttoError } from '@telepat/otto-protocol';
import { refreshBody, refreshReply, revokeBody, revokeReply } from '@telepat/otto-protocol/http';
import { KEPT_STRING_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import { defineRoute, type Call } from '../route.js';
import { Unanswered } from '../unanswered.js';

const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

const refresh = defineRoute({
  method: 'POST',
  url: '/api/auth/refresh',
  needs: 'anyone',
  summary: 'Exchanges a refresh token for a new pair; the old one is dead at once.',
  details:
    'If the exchange cannot be made durable the connection is closed without an answer, and the old token is good.',
  headers: [
    {
      name: IDEMPOTENCY_KEY_HEADER,
      summary:
        'The same key and token give the same pair again for 60 seconds, and after a restart of the relay the same ' +
        'refresh token: an answer may get lost on its way.',
    },
  ],
  errors: ['refreshToken_required', 'invalid_refresh_token'],
  body: refreshBody,
  reply: refreshReply,
  handle: ({ relay, body, options, header }) => {
    if (options.readiness().status === 'stopping') throw new Unanswered();
    const idempotencyKey = idempotencyKeyOf(header);
    return relay.access.tokens
      .refresh(body.refreshToken, idempotencyKey === undefined ? {} : { idempotencyKey })
      .catch(unansweredUnlessRefused);
  },
});

const revoke = defineRoute({
  method: 'POST',
  url: '/api/auth/revoke',
  needs: 'anyone',
  summary: 'Ends a refresh token, its family and the sessions that live on it.',
  errors: ['refreshToken_required'],
  body: revokeBody,
  reply: revokeReply,
  handle: ({ relay, body }) => relay.access.tokens.revoke(body.refreshToken),
});

/** Routes of refresh tokens. */
export const TOKEN_ROUTES = [refresh, revoke];

/** A refresh that failed for a reason of ours gets no answer: the client keeps its token and tries again. */
function unansweredUnlessRefused(reason: unknown): never {
  if (reason instanceof OttoError && reason.code !== 'internal_error' && reason.code !== 'relay_shutting_down') {
    throw reason;
  }
  throw new Unanswered({ cause: reason });
}

function idempotencyKeyOf(header: Call['header']): string | undefined {
  const key = header(IDEMPOTENCY_KEY_HEADER);
  return key === undefined || key === '' || key.length > KEPT_STRING_LENGTH_MAX ? undefined : key;
}
