import { ACTIONS } from '@telepat/otto-protocol';
import { nodeAction } from '../node-action.js';
import { withSourcePage } from '../source-page.js';

/** Prints a page as PDF. */
export const pdf = nodeAction(
  ACTIONS['primitive.page.pdf'],
  ({ format, landscape, printBackground, ...source }, call) =>
    withSourcePage(source, call, async (page, named, { signal }) => {
      const bytes = await page.pdf({ format, landscape, printBackground, signal });
      const contentBase64 = call.tools.encodeBase64(bytes);
      return { ...named, sourceUrl: page.url(), byteLength: bytes.byteLength, contentBase64 };
    }),
);
