import { OttoError } from '@telepat/otto-sdk';
import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Gives up a command that takes too long. The node stops it, and the tab is free for the next one. */
export async function cancelCommand(stage: Stage, quickUrl: string, slowUrl: string): Promise<void> {
  await using client = await connect(stage);
  await using tab = await (await chosenNode(client, stage)).tabs.open(quickUrl);

  try {
    await tab.navigate(slowUrl, {
      signal: AbortSignal.timeout(1_000),
      onEvent: ({ type }) => stage.print(`the command is ${type}`),
    });
  } catch (error) {
    const { code, effect } = OttoError.from(error);
    stage.print(`${code}, effect: ${effect}`);
  }

  stage.print(`still here: ${await tab.text({ selector: 'h1' })}`);
}
