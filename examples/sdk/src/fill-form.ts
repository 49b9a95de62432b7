import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Fills a form by what a snapshot shows of it: roles and names, as a person sees them, instead of selectors. */
export async function fillForm(stage: Stage, url?: string): Promise<void> {
  if (url === undefined) throw new Error('Name the URL of a form.');
  await using client = await connect(stage);
  await using tab = await (await chosenNode(client, stage)).tabs.open(url);

  const { snapshot } = await tab.snapshot();
  stage.print(snapshot);
  await tab.fill({ ref: refOf(snapshot, 'textbox "Name"'), value: 'Ada' });
  await tab.select({ ref: refOf(snapshot, 'combobox "Size"'), values: ['Large'] });
  await tab.check({ ref: refOf(snapshot, 'checkbox "Gift"'), checked: true });
  await tab.click({ ref: refOf(snapshot, 'button "Order"') });

  await tab.waitFor({ text: 'Thank you', timeoutMs: 5_000 });
  stage.print(await tab.text({ selector: 'main' }));
}

/** The ref of the first element of this role and name. */
function refOf(snapshot: string, element: string): string {
  const line = snapshot.split('\n').find((one) => one.includes(element)) ?? '';
  const ref = /\[ref=(e\d+)\]/.exec(line)?.[1];
  if (ref === undefined) throw new Error(`The page has no ${element}.`);
  return ref;
}
