import {
  OttoError,
  encodeFrame,
  isRetryable,
  makeFrame,
  type CommandOutcome,
  type ErrorPayload,
  type ResultPayload,
} from '@telepat/otto-protocol';
import type { FrameLimit } from './frame-limit.js';
import type { NodeCommand } from './node-command.js';

/** How a command ended: what its terminal frame says. */
export type Outcome =
  | { readonly messageType: 'result'; readonly payload: ResultPayload }
  | { readonly messageType: 'error'; readonly payload: ErrorPayload & { commandOutcome: CommandOutcome } };

export function completed(command: NodeCommand, facts: CompletionFacts): Outcome {
  const { data, durationMs, warnings } = facts;
  return {
    messageType: 'result',
    payload: {
      ok: true,
      durationMs,
      action: command.action,
      data,
      ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
      commandOutcome: 'completed',
    },
  };
}

/** A failure, with what is known of its effect: nothing happened, or nobody knows. */
export function failed(command: NodeCommand, error: OttoError, facts: { mayHaveEffect: boolean }): Outcome {
  const effect = error.effect ?? (facts.mayHaveEffect ? 'unknown' : 'none');
  return {
    messageType: 'error',
    payload: {
      ...error.toPayload(),
      effect,
      retryable: isRetryable(error.code, { effect }),
      action: command.action,
      ...(command.tabSessionId === undefined ? {} : { tabSessionId: command.tabSessionId }),
      commandOutcome: OUTCOMES.get(error.code) ?? 'failed',
    },
  };
}

/**
 * What goes out as the end of a command: its outcome and the frame that tells it. One that the relay would not take
 * becomes an error that says so.
 */
export function terminalOf(command: NodeCommand, outcome: Outcome, limit: Pick<FrameLimit, 'fits'>): Terminal {
  const text = encode(command, outcome);
  if (limit.fits(text)) return { outcome, text };
  return tooLarge(command);
}

/** That there was an outcome, and that it was too large for the relay. */
export function tooLarge(command: NodeCommand): Terminal {
  const outcome = failed(command, new OttoError('content_too_large'), { mayHaveEffect: true });
  return { outcome, text: encode(command, outcome) };
}

export interface Terminal {
  readonly outcome: Outcome;
  readonly text: string;
}

interface CompletionFacts {
  readonly data: unknown;
  readonly durationMs: number;
  readonly warnings: readonly string[];
}

const OUTCOMES = new Map<string, CommandOutcome>([
  ['command_cancelled', 'cancelled'],
  ['command_timed_out', 'timed_out'],
]);

function encode({ requestId, traceId, traceparent }: NodeCommand, { messageType, payload }: Outcome): string {
  return encodeFrame(makeFrame(messageType, { requestId, traceId, traceparent, senderRole: 'node', payload }));
}
