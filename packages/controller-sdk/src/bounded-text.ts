import { OttoError } from '@telepat/otto-protocol';
import type { FetchReply } from './platform/platform.js';

/**
 * The text of a reply, of which no more is taken than so many bytes. One without a stream is read as its `fetch` gives
 * it.
 *
 * @throws OttoError `relay_unreachable` when it is longer
 */
export async function boundedText(reply: FetchReply, bytesMax: number): Promise<string> {
  if (reply.body === undefined || reply.body === null) return reply.text();
  const reader = reply.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > bytesMax) {
      // Whether it hears of that is its own affair.
      void reader.cancel().catch(() => undefined);
      const message = `What answers as the relay gave an answer of more than ${bytesMax} bytes.`;
      throw new OttoError('relay_unreachable', { message });
    }
    text += decoder.decode(value, { stream: true });
  }
}
