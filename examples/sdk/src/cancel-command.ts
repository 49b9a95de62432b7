import { OttoError } from '@telepat/otto-sdk';
import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Gives up a command that takes too long. The node stops it, and the tab is free for the next one. */
export async function cancelCommand(
  stage: Stage,
  quickUrl = 'https://example.com',
  slowUrl = 'http://example.com:81',
): Promise<void> {
  await using client = await connect(stage);
  await using tab = await (await chosenNode(client, stage)).tabs.open(quickUrl);
  const patience = new AbortController();

  try {
    await tab.navigate(slowUrl, {
      signal: patience.signal,
      onEvent: ({ type }) => {
        stage.print(`the command is ${type}`);
        if (type === 'routed') setTimeout(() => patience.abort(), 1_000);
      },
    });
  } catch (error) {
    const { code, effect } = OttoError.from(error);
    stage.print(`${code}, effect: ${effect}`);
  }

  stage.print(`still here: ${await tab.text({ selector: 'h1' })}`);
}
