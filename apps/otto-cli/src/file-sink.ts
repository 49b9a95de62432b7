import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { TextSink } from './io.js';

/**
 * A file as something to print to. Node's own stream does not look how much of a text was taken, so that what a nearly
 * full disk has no room for would be lost without a word.
 *
 * @param lost hears once why a text was not written whole; later texts are not tried
 */
export function fileSink(fd: number, lost: (error: Error) => void): TextSink {
  let isLost = false;
  return {
    isTty: false,
    write: (text) => {
      if (isLost) return;
      try {
        writeWhole(fd, Buffer.from(text));
      } catch (error) {
        isLost = true;
        lost(error instanceof Error ? error : new Error(String(error)));
      }
    },
    drained: () => Promise.resolve(),
  };
}

/**
 * Whether a stream of the process leads into a file, or a device that is like one; not to a terminal or through a pipe.
 * Not found out with `fstat`: after that of a pipe, Node 20 no longer follows the links to the modules that it loads.
 */
export function isFile(stream: NodeJS.WriteStream): boolean {
  return !(stream instanceof Socket);
}

/** The disk takes a part when it has room for that only, and says why with the next one. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) from += writeSync(fd, bytes, from);
}
