import type { Step } from './steps.js';

/** How often a shorter history may be tried. */
const TRIES_MAX = 1_500;

/** Takes steps out of a history, in ever smaller runs, for as long as what is left still breaks. */
export async function shrink(
  history: readonly Step[],
  breaks: (steps: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[]> {
  let steps = history;
  let triesLeft = TRIES_MAX;
  for (let size = Math.ceil(steps.length / 2); size >= 1;) {
    let hasShrunk = false;
    for (let end = steps.length; end > 0 && triesLeft > 0; end = Math.min(end - size, steps.length)) {
      const fewer = [...steps.slice(0, Math.max(0, end - size)), ...steps.slice(end)];
      triesLeft -= 1;
      if (!(await breaks(fewer))) continue;
      steps = fewer;
      hasShrunk = true;
    }
    if (size === 1 && !hasShrunk) break;
    if (!hasShrunk) size = Math.ceil(size / 2);
    if (triesLeft === 0) break;
  }
  return steps;
}
