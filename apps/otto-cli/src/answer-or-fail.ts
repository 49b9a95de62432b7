import type { OttoError } from '@telepat/otto-protocol';
import { AlreadyTold } from './already-told.js';
import { failureDocument } from './failure.js';
import type { Output } from './output.js';

/**
 * Prints what a command has found. With a failure, the document has that, too, as any failure is found in it, and the
 * command fails.
 */
export function answerOrFail(
  output: Pick<Output, 'answer'>,
  found: { readonly document: Readonly<Record<string, unknown>>; readonly text: string },
  failure: OttoError | undefined,
): void {
  const error = failure === undefined ? {} : { error: failureDocument(failure) };
  output.answer({ ...found.document, ...error }, found.text);
  if (failure !== undefined) throw new AlreadyTold();
}
