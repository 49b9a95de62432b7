import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import { pathFrom } from '../config/path-from.js';
import { writePicture } from '../controller/write-picture.js';
import { commandOptions } from '../controller/command-options.js';
import { pageSource } from '../controller/page-source.js';
import { sendCommand } from '../controller/send-command.js';
import { declareCommand } from '../declare-command.js';
import { flag, pageUrl, text } from '../option-values.js';

const ACTION = 'primitive.page.screenshot';
const FILE_DEFAULT = 'otto-screenshot.png';

/** `otto screenshot` */
export const screenshotCommand = declareCommand({
  words: 'screenshot',
  summary: 'Takes a picture of a page into a file.',
  details: `The file is ${FILE_DEFAULT} in the current folder unless -o names another; it is overwritten. A name that ends in .jpg makes a JPEG.`,
  examples: [
    'otto screenshot https://example.com -o example.png',
    'otto screenshot --tab-session tab_… --full-page',
    'otto screenshot https://example.com --selector h1 -o title.jpg',
  ],
  endsItself: true,
  arguments: { url: { summary: 'the page; or use --tab-session', required: false, value: pageUrl.optional() } },
  options: {
    output: { flags: '-o, --output <file>', summary: 'where to put it', value: text.default(FILE_DEFAULT) },
    fullPage: { flags: '--full-page', summary: 'the whole page, not only what a window shows', value: flag },
    selector: { flags: '--selector <css>', summary: 'only this element', value: text.optional() },
    ref: { flags: '--ref <ref>', summary: 'only this element of the latest otto snapshot', value: text.optional() },
    ...commandOptions,
  },
  run: async ({ context, args, options }) => {
    const { fullPage, selector, ref } = options;
    if ([fullPage || undefined, selector, ref].filter((one) => one !== undefined).length > 1) {
      throw new OttoError('invalid_usage', { message: 'Give one of --full-page, --selector and --ref.' });
    }
    if (ref !== undefined && options.tabSession === undefined) {
      const message = '--ref is of a snapshot of a tab, so it needs --tab-session.';
      throw new OttoError('invalid_usage', { message });
    }
    const input = {
      ...pageSource(args.url, options.tabSession),
      ...(fullPage ? { mode: 'full_page' } : {}),
      ...(selector === undefined ? {} : { mode: 'element', selector }),
      ...(ref === undefined ? {} : { mode: 'element', ref }),
      ...(/\.jpe?g$/i.test(options.output) ? { format: 'jpeg' } : {}),
    };
    const { document, data, requestId } = await sendCommand(context, { action: ACTION, input, options });
    const { contentBase64, width, height, byteLength } = ACTIONS[ACTION].output.parse(data);
    const file = pathFrom(context.io, options.output);
    await write(file, Buffer.from(contentBase64, 'base64'), requestId);
    context.output.answer({ ...document, file }, `${file} (${width} × ${height}, ${byteLength} bytes)`);
  },
});

async function write(file: string, picture: Buffer, requestId: string): Promise<void> {
  try {
    await writePicture(file, picture);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OttoError('invalid_configuration', {
      message: `The picture was taken, and cannot be written: ${why}.`,
      actionableHint: 'Choose another file with -o.',
      requestId,
    });
  }
}
