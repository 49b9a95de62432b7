import { UNAUTHENTICATED_FRAME_BYTES_MAX, UNAUTHENTICATED_TOTAL_BYTES_MAX } from '@telepat/otto-protocol/limits';

const OPCODE_MASK = 0x0f;
const OPCODE_CONTINUATION = 0x0;
const OPCODE_FIRST_CONTROL = 0x8;
const MASKED_BIT = 0x80;
const LENGTH_MASK = 0x7f;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;
const MASKING_KEY_BYTES = 4;

/**
 * Reads along with an unauthenticated socket, below the WebSocket parser: it looks at frame headers alone (RFC 6455,
 * 5.2), so that a frame that is too large is known before its content is held anywhere.
 */
export class FrameMeter {
  /** Of the header at hand, taken in byte by byte: to keep them would be a buffer for each socket. */
  #headerLength = 0;
  #opcode = 0;
  #headerBytes = 2;
  #lengthBytes = 0;
  #contentLength = 0;
  /** Bytes of the current frame's content that are still to come. */
  #contentLeft = 0;
  /** Content of the current message, over all its frames. */
  #messageBytes = 0;
  #totalBytes = 0;

  /** The next bytes of the socket, as they came. */
  take(chunk: Uint8Array): Verdict {
    this.#totalBytes += chunk.byteLength;
    if (this.#totalBytes > UNAUTHENTICATED_TOTAL_BYTES_MAX) return 'too_many_bytes';
    let at = 0;
    while (at < chunk.byteLength) {
      if (this.#contentLeft > 0) {
        const skipped = Math.min(this.#contentLeft, chunk.byteLength - at);
        this.#contentLeft -= skipped;
        at += skipped;
        continue;
      }
      this.#takeHeaderByte(chunk[at++] ?? 0);
      if (this.#headerLength === this.#headerBytes) this.#beginFrame();
      if (this.#messageBytes > UNAUTHENTICATED_FRAME_BYTES_MAX) return 'frame_too_large';
    }
    return 'fine';
  }

  #takeHeaderByte(byte: number): void {
    const at = this.#headerLength++;
    if (at === 0) this.#opcode = byte & OPCODE_MASK;
    else if (at === 1) this.#takeLength(byte);
    else if (at < 2 + this.#lengthBytes) this.#contentLength = this.#contentLength * 256 + byte;
  }

  /** The second byte says how long the frame is, or how many bytes more say so, and whether a key follows. */
  #takeLength(second: number): void {
    const length = second & LENGTH_MASK;
    this.#lengthBytes = length === LENGTH_IN_16_BITS ? 2 : length === LENGTH_IN_64_BITS ? 8 : 0;
    this.#contentLength = this.#lengthBytes === 0 ? length : 0;
    this.#headerBytes = 2 + this.#lengthBytes + ((second & MASKED_BIT) === 0 ? 0 : MASKING_KEY_BYTES);
  }

  #beginFrame(): void {
    const length = this.#contentLength;
    this.#headerLength = 0;
    this.#headerBytes = 2;
    this.#contentLeft = length;
    if (this.#opcode >= OPCODE_FIRST_CONTROL) return;
    this.#messageBytes = this.#opcode === OPCODE_CONTINUATION ? this.#messageBytes + length : length;
  }
}

type Verdict = 'fine' | 'frame_too_large' | 'too_many_bytes';
