import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import { optionalTarget } from '../element-target.js';
import { nodeAction } from '../node-action.js';
import { withSourcePage } from '../source-page.js';

/** Takes a picture; a selector or ref without a mode means that element. */
export const screenshot = nodeAction(
  ACTIONS['primitive.page.screenshot'],
  ({ mode: wanted, selector, ref, format, quality, maxBytes, ...source }, call) => {
    const element = optionalTarget({ selector, ref });
    const mode = wanted ?? (element === undefined ? 'viewport' : 'element');
    if ((mode === 'element') !== (element !== undefined)) {
      const message = 'selector or ref: one of them belongs to mode "element", and is needed there.';
      throw new OttoError('invalid_action_input', { message, effect: 'none' });
    }
    return withSourcePage(source, call, async (page, named, { signal }) => {
      const { bytes, width, height, downscaled } = await page.screenshot({
        mode,
        ...(element === undefined ? {} : { element }),
        format,
        ...(quality === undefined ? {} : { quality }),
        maxBytes,
        signal,
      });
      return {
        ...named,
        sourceUrl: page.url(),
        mode,
        format,
        mimeType: `image/${format}`,
        width,
        height,
        byteLength: bytes.byteLength,
        contentBase64: call.tools.encodeBase64(bytes),
        downscaled,
      };
    });
  },
);
