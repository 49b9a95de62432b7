import { isErrorCode, OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { pidRecord, type PidRecord } from './pid-file.js';

/** What a daemon tells whoever started it, once: it runs, or why it does not. */
export type DaemonMessage = { readonly started: PidRecord } | { readonly failed: DaemonFailure };

/** A message from a process that we started; undefined when it is none of these. */
export function parseDaemonMessage(message: unknown): DaemonMessage | undefined {
  const parsed = daemonMessage.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

/** An error as it can be sent. */
export function failureOf(error: OttoError): DaemonFailure {
  return { code: error.code, message: error.message, hint: error.hint };
}

/** The error that was sent, in this process. */
export function errorOf({ code, message, hint }: DaemonFailure): OttoError {
  return new OttoError(isErrorCode(code) ? code : 'start_failed', { message, actionableHint: hint });
}

const daemonFailure = z.object({ code: z.string(), message: z.string(), hint: z.string() });
const daemonMessage = z.union([z.object({ started: pidRecord }), z.object({ failed: daemonFailure })]);

type DaemonFailure = z.infer<typeof daemonFailure>;
