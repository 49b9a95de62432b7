import * as z from 'zod';
import { KEPT_STRING_LENGTH_MAX } from '../limits.js';

const kept = z.string().min(1).max(KEPT_STRING_LENGTH_MAX);

/** relay → node, as the input of `relay.command_status`: what became of a durable command? */
export const commandStatusInput = z.looseObject({
  idempotencyKey: kept,
  /** Under which id the node got the command, if it did. */
  targetRequestId: kept,
});

/** node → relay, as the data of the answer. */
export type CommandStatus =
  /** `neverReceived`: this instance of the node has not got the command, and would know it if it had. */
  | { readonly status: 'unknown'; readonly neverReceived?: true }
  | { readonly status: 'running' }
  | {
      readonly status: 'done';
      readonly outcome: { readonly messageType: 'result' | 'error'; readonly payload: object };
    };
