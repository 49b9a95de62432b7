import { INVARIANTS } from './invariants.js';
import { replay, runSeed, type History } from './run-history.js';
import { shrink } from './shrink.js';
import { sentenceOf } from './steps.js';

/**
 * What is wrong with a seed, for people: the invariant, the shortest history that still breaks it with all that the
 * relay said, and the command that shows `again`. Undefined when the seed is well.
 */
export async function reportOn(seed: number, again: string): Promise<string | undefined> {
  const { history, broken } = await runSeed(seed);
  if (broken === undefined) return undefined;
  const steps = await shrink(history.steps, async (fewer) => {
    const ending = await replay({ ...history, steps: fewer });
    return ending.broken?.invariant === broken.invariant;
  });
  const shrunk = { ...history, steps };
  const { broken: traced } = await replay(shrunk, { traces: true });
  const { invariant, what, traces } = traced ?? broken;
  return [
    `seed ${seed} broke ${invariant}: ${INVARIANTS[invariant]}`,
    `  ${what}`,
    `  ${shrunk.steps.length} of ${history.steps.length} steps, with ${settingOf(shrunk)}:`,
    ...linesOf(shrunk, traces),
    `  again: ${again}`,
  ].join('\n');
}

function settingOf({ setting }: History): string {
  const { grants, rateLimitPerMin, tabQueueLimit, controllerQueueLimit } = setting;
  const limits = `${rateLimitPerMin} frames a minute, ${tabQueueLimit} waiting in a tab, ${controllerQueueLimit} of a client`;
  return `${limits}; granted: ${grants.map((pair) => pair.join(' at ')).join(', ')}`;
}

function linesOf({ steps }: History, traces: readonly (readonly string[])[]): string[] {
  const sentences = [...steps.map(sentenceOf), 'all falls quiet'].slice(0, Math.max(1, traces.length));
  return sentences.flatMap((sentence, at) => [
    `  ${String(at + 1).padStart(3)}  ${sentence}`,
    ...(traces[at] ?? []).map((line) => `         ${line}`),
  ]);
}
