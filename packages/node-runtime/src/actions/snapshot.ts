import { ACTIONS } from '@telepat/otto-protocol';
import { nodeAction } from '../node-action.js';
import { withSourcePage } from '../source-page.js';

/** Reads a page as an outline whose elements have refs; those of a temporary tab go with it. */
export const snapshot = nodeAction(
  ACTIONS['primitive.page.snapshot'],
  ({ maxNodes, interestingOnly, ...source }, call) =>
    withSourcePage(source, call, async (page, named, { signal }) => {
      const outline = await page.snapshot({ maxNodes, interestingOnly, signal });
      return { ...named, url: page.url(), ...outline };
    }),
);
