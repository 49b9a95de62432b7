import { OttoError } from '@telepat/otto-protocol';
import { pathFrom } from '../../config/path-from.js';
import { writePicture } from '../../controller/write-picture.js';
import type { DemoController, DemoPage, DemoWorld } from '../demo-world.js';

const FILE = 'otto-demo.png';

/** Takes a picture of the tab, into the current folder: it is what the user keeps of the demo. */
export function takeScreenshot(
  { stage, narrator, io }: DemoWorld,
  { client }: DemoController,
  page: DemoPage,
): Promise<string> {
  return narrator.step('taking a screenshot', async () => {
    const { nodeId, tabSessionId } = page;
    const { data } = await client.send('primitive.page.screenshot', {}, { nodeId, tabSessionId });
    const file = pathFrom(io, FILE);
    const picture = Buffer.from(data.contentBase64, 'base64');
    await stage.leave(file, () => write(file, picture));
    return { told: `Took a screenshot of ${data.width} × ${data.height}: ${file}`, value: file };
  });
}

async function write(file: string, picture: Uint8Array): Promise<void> {
  try {
    await writePicture(file, picture);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OttoError('invalid_configuration', {
      message: `The picture cannot be written: ${why}.`,
      actionableHint: 'Run the demo in a folder where you may write.',
    });
  }
}
