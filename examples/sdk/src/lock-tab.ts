import { OttoError } from '@telepat/otto-sdk';
import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Keeps others out of a tab for a while: whoever comes meanwhile is refused, and let in afterwards. */
export async function lockTab(stage: Stage, url = 'https://example.com'): Promise<void> {
  await using client = await connect(stage);
  await using other = await connect(stage);
  await using tab = await (await chosenNode(client, stage)).tabs.open(url);
  const sameTab = (await chosenNode(other, stage)).tab(tab.tabSessionId);

  {
    await using lease = await tab.lock();
    // `lost` aborts when the lock is lost all the same, so that nothing is done in a tab that others may use.
    stage.print(`mine: ${await tab.text({ selector: 'h1' }, { signal: lease.lost })}`);
    // It would wait its turn otherwise.
    const refused = await sameTab
      .text({}, { waitPolicy: 'fail_fast' })
      .catch((error: unknown) => OttoError.from(error));
    stage.print(`the other: ${refused instanceof OttoError ? refused.code : refused}`);
  }

  stage.print(`the other, afterwards: ${await sameTab.text({ selector: 'h1' })}`);
}
