import { OttoError, type ActionOutput } from '@telepat/otto-protocol';

/**
 * The data of a screenshot, with its picture as bytes beside the text that it travels as.
 *
 * @throws OttoError `internal_error` when the node sent no picture
 */
export function withBytes(picture: ActionOutput<'primitive.page.screenshot'>): Screenshot {
  const text = decoded(picture.contentBase64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return { ...picture, bytes };
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch (cause) {
    const message = 'The picture that the node sent is not base64.';
    throw new OttoError('internal_error', { message, action: 'primitive.page.screenshot' }, { cause });
  }
}

/** A picture; `bytes` is ready to be written to a file. */
export type Screenshot = ActionOutput<'primitive.page.screenshot'> & { readonly bytes: Uint8Array };
