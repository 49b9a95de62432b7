import type { CapturedResponse } from '@telepat/otto-node-runtime';

/** A body as an update tells it: text where it is text, base64 else, and at most so many bytes of it. */
export function toldBody(body: FoundBody, bytesMax: number): ToldBody {
  const kept = body.bytes.subarray(0, bytesMax);
  const isCut = kept.byteLength < body.bytes.byteLength || !body.isWhole;
  const facts = { bodyBytes: body.totalBytes, ...(isCut ? { truncated: true } : {}) };
  const text = isText(body) ? textOf(kept, { charset: body.wasText ? '' : body.charset, isCut }) : undefined;
  if (text !== undefined) return { body: text, ...facts };
  const { buffer, byteOffset, byteLength } = kept;
  return { body: Buffer.from(buffer, byteOffset, byteLength).toString('base64'), base64Encoded: true, ...facts };
}

const TEXT = /^text\/|[/+](json|xml|yaml|javascript|ecmascript|x-javascript|x-ndjson|graphql|x-www-form-urlencoded)\b/i;

function isText({ mimeType, wasText }: FoundBody): boolean {
  return wasText || TEXT.test(mimeType);
}

/** Undefined when it is no text after all. The rest of a character that was cut in two is left out. */
function textOf(bytes: Uint8Array, options: { charset: string; isCut: boolean }): string | undefined {
  try {
    return decoderFor(options.charset).decode(bytes, { stream: options.isCut });
  } catch {
    // Its server calls something text that is none: as base64 it can be told all the same.
    return undefined;
  }
}

function decoderFor(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset === '' ? 'utf-8' : charset, { fatal: true });
  } catch {
    // A name that no decoder has; most of what is called strangely is UTF-8.
    return new TextDecoder('utf-8', { fatal: true });
  }
}

/** A body that could be had, or the beginning of one. */
export interface FoundBody {
  readonly bytes: Uint8Array;
  /** Nothing of it is missing. */
  readonly isWhole: boolean;
  /** Of the whole. */
  readonly totalBytes: number;
  /** The browser had it as text, so that its bytes are UTF-8. */
  readonly wasText: boolean;
  readonly mimeType: string;
  readonly charset: string;
}

type ToldBody = Pick<CapturedResponse, 'body' | 'base64Encoded' | 'truncated' | 'bodyBytes'>;
