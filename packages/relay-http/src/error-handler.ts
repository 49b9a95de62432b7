import { OttoError, errorRow, type ErrorCode } from '@telepat/otto-protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Unanswered } from './unanswered.js';

/** Headers of every answer: nothing of the relay's is to be guessed at or kept. */
export const ANSWER_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/** Fastify's own errors, as far as a client can cause them. */
const CODES_OF_FASTIFY: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_json',
};

/** Why a disk refuses a change, in words; none of these is a bug of ours. */
const DISK_TROUBLES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EROFS: 'it can only be read',
  EIO: 'it answers with an error',
};

/** Answers with an error: its status and its body come from the catalogue. The only place that does. */
export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (thrown instanceof Unanswered) {
    if (thrown.cause !== undefined) request.log.error({ err: thrown.cause }, thrown.message);
    reply.hijack();
    request.raw.socket.destroy();
    return;
  }
  const error = ottoErrorOf(thrown);
  if (error.code === 'internal_error' && !request.raw.destroyed) request.log.error({ err: thrown }, error.message);
  const { status } = errorRow(error.code);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  const { retryAfterMs } = error.context;
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  void reply.code(status).headers(ANSWER_HEADERS).send(errorBody(error));
}

/** The body of a failed answer: `error` and `code` are the same text, since older clients read the former. */
function errorBody(error: OttoError): Record<string, unknown> {
  const { category: _category, actionableHint: hint, code, message, ...facts } = error.toPayload();
  return { error: code, code, message, hint, ...facts };
}

function ottoErrorOf(thrown: unknown): OttoError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const known = CODES_OF_FASTIFY[code];
  if (known !== undefined) return new OttoError(known);
  const trouble = DISK_TROUBLES[code];
  if (trouble === undefined) return OttoError.from(thrown);
  const message = `The relay could not store this on its disk: ${trouble}. Nothing was changed.`;
  const actionableHint = 'Mend the disk of the relay (OTTO_LOG_DIR), then try again.';
  return new OttoError('internal_error', { message, actionableHint }, { cause: thrown });
}
