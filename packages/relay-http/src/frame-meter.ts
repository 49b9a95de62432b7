import { UNAUTHENTICATED_FRAME_BYTES_MAX, UNAUTHENTICATED_TOTAL_BYTES_MAX } from '@telepat/otto-protocol/limits';

const HEADER_BYTES_MAX = 14;
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
  /** Of Node's pool: a buffer with memory of its own would be 400 bytes of each socket. */
  readonly #header = Buffer.allocUnsafe(HEADER_BYTES_MAX);
  #headerLength = 0;
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
      this.#header[this.#headerLength++] = chunk[at++] ?? 0;
      if (this.#headerLength === this.#headerBytes()) this.#beginFrame();
      if (this.#messageBytes > UNAUTHENTICATED_FRAME_BYTES_MAX) return 'frame_too_large';
    }
    return 'fine';
  }

  /** How long the header at hand is; two bytes are needed to know. */
  #headerBytes(): number {
    if (this.#headerLength < 2) return HEADER_BYTES_MAX + 1;
    const second = this.#header.readUInt8(1);
    const length = second & LENGTH_MASK;
    const extended = length === LENGTH_IN_16_BITS ? 2 : length === LENGTH_IN_64_BITS ? 8 : 0;
    return 2 + extended + ((second & MASKED_BIT) === 0 ? 0 : MASKING_KEY_BYTES);
  }

  #beginFrame(): void {
    const opcode = this.#header.readUInt8(0) & OPCODE_MASK;
    const length = this.#contentLength();
    this.#headerLength = 0;
    this.#contentLeft = length;
    if (opcode >= OPCODE_FIRST_CONTROL) return;
    this.#messageBytes = opcode === OPCODE_CONTINUATION ? this.#messageBytes + length : length;
  }

  #contentLength(): number {
    const length = this.#header.readUInt8(1) & LENGTH_MASK;
    if (length === LENGTH_IN_16_BITS) return this.#header.readUInt16BE(2);
    if (length === LENGTH_IN_64_BITS) return Number(this.#header.readBigUInt64BE(2));
    return length;
  }
}

type Verdict = 'fine' | 'frame_too_large' | 'too_many_bytes';
