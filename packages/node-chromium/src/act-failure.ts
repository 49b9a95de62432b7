import { OttoError, type ErrorCode } from '@telepat/otto-protocol';
import { namedFailure } from './named-failure.js';

/**
 * Why an input could not be done, in one sentence, and whether something had been done by then. Playwright tells it in
 * the lines of its log, which also hold texts of the page: of those, nothing is passed on but what names an element.
 */
export function actFailure(error: unknown, facts: { hasActed: boolean }): OttoError {
  const named = namedFailure(error);
  if (named.code !== 'internal_error' || !(error instanceof Error)) return named;
  const lines = linesOf(error);
  const hasActed = facts.hasActed || hasBegun(error);
  const effect = hasActed ? 'unknown' : 'none';
  const refusal = REFUSALS.find(([pattern]) => pattern.test(lines[0] ?? ''));
  if (refusal !== undefined) return failure(refusal[1], refusal[2], effect);
  if (error.name !== 'TimeoutError') return named;
  if (hasActed)
    return failure('script_failed', 'It was done, but the page does not answer: a script keeps it busy.', effect);
  const [code, message] = obstacleIn(lines, { wasFound: hasFound(error) });
  return failure(code, message, effect);
}

/** Whether playwright had begun with the click or the move itself. */
export function hasBegun(error: unknown): boolean {
  return linesOf(error).some((line) => /^performing \S+ action$/.test(line));
}

/** Whether playwright had done it, and only waited for the page that it led to. */
export function hasBeenDone(error: unknown): boolean {
  return linesOf(error).some((line) => /^\S+ action done$/.test(line));
}

/** Whether playwright had found the element. */
export function hasFound(error: unknown): boolean {
  return linesOf(error).some((line) => line.startsWith('locator resolved to'));
}

/** Whether the element went, together with the frame that it was in. */
export function wentWithFrame(error: unknown): boolean {
  return FRAME_GONE.test(linesOf(error)[0] ?? '');
}

const FRAME_GONE = /Frame (was|has been|got) detached|Invalid frame in aria-ref/i;

function linesOf(error: unknown): string[] {
  return error instanceof Error ? error.message.split('\n').map(plain) : [];
}

/** What playwright refuses to do, whatever it waits. The first of each is found in the first line. */
const REFUSALS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [FRAME_GONE, 'element_not_found', 'The element went away, and the frame that it was in.'],
  [/Element is not an <input>/, 'element_not_actionable', 'The element is no field that holds text.'],
  [/Input of type "[\w-]+" cannot be filled/, 'element_not_actionable', 'A field of this kind holds no text.'],
  [/Cannot type text into input\[type=number\]/, 'element_not_actionable', 'The field takes numbers only.'],
  [/Not a checkbox or radio button/, 'element_not_actionable', 'The element is no checkbox and no radio button.'],
  [
    /Cannot uncheck radio button/,
    'element_not_actionable',
    'A radio button is unchecked only by choosing another one.',
  ],
  [/did not change its state/, 'element_not_actionable', 'The box was clicked, but the page left it as it was.'],
  [/Element is not a <select>/, 'element_not_actionable', 'The element is no list of options.'],
  [/Node is not an HTMLInputElement|Node is not an input/, 'element_not_actionable', 'The element is no file field.'],
  [/Non-multiple file input/, 'element_not_actionable', 'The file field takes one file only.'],
  [/\[webkitdirectory\]/, 'element_not_actionable', 'The file field takes folders only.'],
];

/** What was in the way at last, by the lines of the log. */
const OBSTACLES: readonly (readonly [RegExp, (line: string) => string])[] = [
  [/intercepts pointer events$/, (line) => `The element is covered by ${elementsIn(line)}.`],
  [/^element is not visible$/, () => 'The element is there, but hidden.'],
  [/^element is inside a hidden frame/, () => 'The element is in a frame that is hidden.'],
  [/^element is not enabled$/, () => 'The element is disabled.'],
  [/^element is not editable$/, () => 'The field is read-only.'],
  [/^element is inert$/, () => 'The element is inert: the page has put it out of use, for instance behind a dialog.'],
  [/^element is not stable$/, () => 'The element keeps moving.'],
  [/^element is outside of the viewport$/, () => 'The element cannot be scrolled into view.'],
  [/^did not find some options$/, () => 'The list does not have all of these options.'],
  [/^option being selected is not enabled$/, () => 'An option that was to be chosen is disabled.'],
  [/^waiting for .*navigation to finish/, () => 'The page is on its way to another one, which does not come.'],
];

function obstacleIn(lines: readonly string[], { wasFound }: { wasFound: boolean }): [ErrorCode, string] {
  for (const line of lines.toReversed()) {
    const obstacle = OBSTACLES.find(([pattern]) => pattern.test(line));
    if (obstacle !== undefined) return ['element_not_actionable', obstacle[1](line)];
  }
  if (wasFound) return ['script_failed', 'The page does not answer: a script keeps it busy.'];
  return ['element_not_found', 'The element went away before anything could be done with it.'];
}

/** A line of the log without its colours, its place in the list, and how often it came. */
function plain(line: string): string {
  return line.replace(COLOURS, '').replace(/^[\s-]*(\d+ × )?/, '');
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

/** `<p>…</p> from <div id="overlay" class="wide">…</div> subtree intercepts …` is `p in div#overlay.wide`. */
function elementsIn(line: string): string {
  const outerAt = line.endsWith(' subtree intercepts pointer events') ? line.lastIndexOf(' from <') : -1;
  const inner = nameOf(line);
  if (outerAt === -1) return inner;
  const outer = nameOf(line.slice(outerAt + ' from '.length));
  return outer === inner ? inner : `${inner} in ${outer}`;
}

/** Tag, id and classes of the element that a text begins with. */
function nameOf(text: string): string {
  const [, tag, attributes = ''] = /^<([a-z][\w-]*)([^>]*)/i.exec(text) ?? [];
  if (tag === undefined) return 'another element';
  const id = /\sid="([\w-]+)"/.exec(attributes)?.[1];
  const classes = /\sclass="([^"]*)"/.exec(attributes)?.[1]?.split(/\s+/) ?? [];
  const words = classes.filter((word) => /^[\w-]+$/.test(word)).slice(0, CLASSES_MAX);
  const name = [tag.toLowerCase(), ...(id === undefined ? [] : [`#${id}`]), ...words.map((word) => `.${word}`)].join(
    '',
  );
  return name.slice(0, NAME_LENGTH_MAX);
}

const CLASSES_MAX = 3;
const NAME_LENGTH_MAX = 100;

function failure(code: ErrorCode, message: string, effect: 'none' | 'unknown'): OttoError {
  return new OttoError(code, { message, effect });
}
