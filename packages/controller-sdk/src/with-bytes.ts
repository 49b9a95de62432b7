import { OttoError, type ActionOutput } from '@telepat/otto-protocol';

/**
 * Data with a file in it, and that file as bytes beside the text that it travels as.
 *
 * @throws OttoError `internal_error` when the node sent no file
 */
export function withBytes<D extends { readonly contentBase64: string }>(action: string, data: D): WithBytes<D> {
  const text = decoded(action, data.contentBase64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return { ...data, bytes };
}

function decoded(action: string, base64: string): string {
  try {
    return atob(base64);
  } catch (cause) {
    const message = 'What the node sent is not base64.';
    throw new OttoError('internal_error', { message, action }, { cause });
  }
}

/** Data with a file in it; `bytes` is ready to be written. */
export type WithBytes<D> = D & { readonly bytes: Uint8Array<ArrayBuffer> };

/** A picture, as `tab.screenshot()` gives it. */
export type Screenshot = WithBytes<ActionOutput<'primitive.page.screenshot'>>;
