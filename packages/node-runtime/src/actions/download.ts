import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { nodeAction } from '../node-action.js';
import { requireTab } from '../source-page.js';
import { untilAborted } from '../until-aborted.js';

/** Gives the file of a download of the tab; one that is still on its way is waited for. */
export const download = nodeAction(
  ACTIONS['primitive.page.download'],
  async ({ tabSessionId, downloadId }, { signal, tools }) => {
    const { life } = requireTab(tabSessionId, tools);
    const found = life.downloads.find(downloadId);
    if (found === undefined) throw new OttoError('download_not_found', { effect: 'none' });
    const { fileName } = found;
    const end = await untilAborted(found.download.ended, signal);
    if (life.isClosed) throw new OttoError('tab_closed');
    if (end.state === 'failed')
      throw new OttoError('download_failed', { message: `The download failed. ${end.reason}` });
    const { mimeType, byteLength } = end;
    if (byteLength > FILE_BYTES_MAX) throw tooLarge(byteLength);
    const bytes = await untilAborted(found.download.bytes(), signal);
    return { fileName, mimeType, byteLength: bytes.byteLength, contentBase64: tools.encodeBase64(bytes) };
  },
);

/** What fits into one frame as base64, beside the fields around it. A larger file is not even read. */
const FILE_BYTES_MAX = Math.floor(((FRAME_BYTES_MAX - 64 * 1024) / 4) * 3);

function tooLarge(byteLength: number): OttoError {
  const message = `The file has ${byteLength} bytes; ${FILE_BYTES_MAX} fit into one frame.`;
  const actionableHint = 'It stays at the node until its tab is closed, but cannot be fetched.';
  return new OttoError('content_too_large', { message, actionableHint, effect: 'none' });
}
