import { OttoError } from '@telepat/otto-protocol';
import type { FastifyRequest } from 'fastify';

/** Parses the body of a POST. An empty one counts as `{}`. */
export function parseJsonBody(
  _request: FastifyRequest,
  text: string,
  done: (error: Error | null, body?: unknown) => void,
): void {
  let body: unknown = {};
  try {
    if (text !== '') body = JSON.parse(text);
  } catch {
    // The parser's own message would repeat a part of the body.
    done(new OttoError('invalid_json'));
    return;
  }
  done(null, body);
}
