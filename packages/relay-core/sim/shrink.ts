import { replay, type Breach, type History } from './run-history.js';
import type { Step } from './steps.js';

/** Takes steps out of a history for as long as it breaks the same invariant; bounded by a number of replays. */
export async function shrink(history: History, breach: Breach, replaysMax = 1_500): Promise<History> {
  let replaysLeft = replaysMax;
  const stillBreaks = async (steps: readonly Step[]): Promise<boolean> => {
    replaysLeft -= 1;
    const { broken } = await replay({ ...history, steps });
    return broken?.invariant === breach.invariant;
  };

  let steps = history.steps;
  // Nothing after the step that broke it matters, unless all had to fall quiet first.
  for (let size = Math.ceil(steps.length / 2); size >= 1 && replaysLeft > 0;) {
    const smaller = await withoutOne(steps, size, stillBreaks, () => replaysLeft > 0);
    if (smaller !== undefined) steps = smaller;
    else size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return { ...history, steps };
}

/** The history without one run of so many steps, the last that can be missed. */
async function withoutOne(
  steps: readonly Step[],
  size: number,
  stillBreaks: (steps: readonly Step[]) => Promise<boolean>,
  mayGoOn: () => boolean,
): Promise<readonly Step[] | undefined> {
  for (let end = steps.length; end > 0 && mayGoOn(); end -= size) {
    const fewer = [...steps.slice(0, Math.max(0, end - size)), ...steps.slice(end)];
    if (fewer.length < steps.length && (await stillBreaks(fewer))) return fewer;
  }
  return undefined;
}
