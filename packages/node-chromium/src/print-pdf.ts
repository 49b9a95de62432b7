import { OttoError } from '@telepat/otto-protocol';
import type { PdfOptions } from '@telepat/otto-node-runtime';
import type { CDPSession } from 'playwright-core';
import { notShown } from './not-shown.js';
import { until } from './until.js';

/**
 * Prints a page on paper of a usual size.
 *
 * @throws OttoError `content_too_large` when no frame could carry it.
 */
export async function printPdf(session: CDPSession, options: PrintOptions): Promise<Uint8Array> {
  const { format, landscape, printBackground, signals } = options;
  const [paperWidth, paperHeight] = PAPER_INCHES[format];
  const printed = session.send('Page.printToPDF', { landscape, printBackground, paperWidth, paperHeight });
  const { data } = await until(printed, signals).catch((error: unknown) =>
    notShown(error, 'The page could not be printed: it went elsewhere meanwhile.', signals),
  );
  if (data.length > BASE64_LENGTH_MAX) throw new OttoError('content_too_large');
  return Buffer.from(data, 'base64');
}

/** What is left of a frame beside the names around it. */
const BASE64_LENGTH_MAX = 16_000_000;

const PAPER_INCHES: Readonly<Record<PdfOptions['format'], readonly [number, number]>> = {
  A3: [11.7, 16.54],
  A4: [8.27, 11.7],
  A5: [5.83, 8.27],
  Legal: [8.5, 14],
  Letter: [8.5, 11],
  Tabloid: [11, 17],
};

interface PrintOptions extends Omit<PdfOptions, 'signal'> {
  readonly signals: readonly AbortSignal[];
}
