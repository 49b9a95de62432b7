import {
  OttoError,
  encodeFrame,
  isRetryable,
  makeFrame,
  type CommandOutcome,
  type ErrorPayload,
  type ResultPayload,
} from '@telepat/otto-protocol';
import { fitsFrame } from './fits-frame.js';
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
 * What goes out as the end of a command: its outcome and the frame that tells it. One that no relay would take becomes
 * an error that says so.
 */
export function terminalOf(command: NodeCommand, outcome: Outcome): Terminal {
  const text = encode(command, outcome);
  if (fitsFrame(text)) return { outcome, text };
  const tooLarge = failed(command, new OttoError('content_too_large'), { mayHaveEffect: true });
  return { outcome: tooLarge, text: encode(command, tooLarge) };
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
