import { OttoError } from '@telepat/otto-protocol';
import type { Frame, Locator, Page } from 'playwright-core';
import { namedFailure } from './named-failure.js';
import type { Patience } from './patience.js';
import { within } from './until.js';

/** Looks for elements as a person does: in the page itself first, then in its frames, in the order of the document. */
export class FrameSearch {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /**
   * The first match in the first frame that has one; undefined when there is none at present.
   *
   * @throws OttoError `invalid_action_input` naming `field` when the selector is not well-formed.
   */
  async first({ selector, visible, field = 'selector' }: Sought, patience: Patience): Promise<Locator | undefined> {
    return (await this.#look({ selector, visible, field }, patience)).first;
  }

  /** Whether no frame has a match. A frame that is too busy to say so may have one. */
  async hasNone(sought: Sought, patience: Patience): Promise<boolean> {
    const { first, isSure } = await this.#look(sought, patience);
    return first === undefined && isSure;
  }

  /** The first element that shows a text, whatever its case, alone or with other words. */
  async firstText(text: string, patience: Patience): Promise<Locator | undefined> {
    const matchesIn = (frame: Frame): Locator => frame.getByText(text).filter({ visible: true });
    return (await this.#first(matchesIn, { field: 'text', visible: true }, patience)).first;
  }

  #look({ selector, visible, field = 'selector' }: Sought, patience: Patience): Promise<Found> {
    if (INTERNAL_ENGINES.test(selector)) throw malformed(field, 'it is none of a CSS selector, text=… and role=….');
    const matchesIn = (frame: Frame): Locator => {
      const all = frame.locator(selector);
      return visible ? all.filter({ visible: true }) : all;
    };
    return this.#first(matchesIn, { field, visible }, patience);
  }

  async #first(matchesIn: MatchesIn, { field, visible }: Wanted, patience: Patience): Promise<Found> {
    const main = this.#page.mainFrame();
    const inMain = await patience.answer(matchesIn(main).count()).catch((error: unknown) => refuse(error, field));
    if (inMain > 0) return { first: matchesIn(main).first(), isSure: true };

    const others = this.#page.frames().filter((frame) => frame !== main);
    const counts = await Promise.all(others.map((frame) => countIn(matchesIn(frame))));
    patience.goOn();
    const matching = others.filter((_frame, index) => (counts[index] ?? 0) > 0);
    const shown = visible ? await Promise.all(matching.map(isSeen)) : matching.map(() => true);
    patience.goOn();
    const having = matching.filter((_frame, index) => shown[index] === true);
    const frame = having.length < 2 ? having[0] : await this.#firstInOrder(having, patience);
    const isSure = !counts.includes(undefined) && !shown.includes(undefined);
    return { first: frame === undefined ? undefined : matchesIn(frame).first(), isSure };
  }

  /** The browser lists frames in the order in which they came. */
  async #firstInOrder(frames: readonly Frame[], patience: Patience): Promise<Frame | undefined> {
    const ordered = await patience.answer(inDocumentOrder(this.#page.mainFrame()));
    return ordered.find((frame) => frames.includes(frame)) ?? frames[0];
  }
}

/** They would find elements by the names of another snapshot, or leave the frame that is searched. */
const INTERNAL_ENGINES = /(^|>>)\s*\*?(aria-ref|internal:[\w-]+)\s*=/;

/** A frame that is busy for longer is passed over: others of the page may have what is sought. */
const FRAME_ANSWER_MS_MAX = 300;

/** Undefined when the frame does not say. */
function countIn(matches: Locator): Promise<number | undefined> {
  // A frame that goes away meanwhile has nothing.
  return within(
    FRAME_ANSWER_MS_MAX,
    matches.count().catch(() => 0),
    [],
  );
}

/** What is in a hidden frame has its size there, and yet nobody sees it. Undefined when the frame does not say. */
function isSeen(frame: Frame): Promise<boolean | undefined> {
  return within(FRAME_ANSWER_MS_MAX, isShown(frame), []);
}

async function isShown(frame: Frame): Promise<boolean> {
  const parent = frame.parentFrame();
  if (parent === null) return true;
  try {
    const element = await frame.frameElement();
    const isVisible = await element.isVisible();
    await element.dispose();
    return isVisible && (await isShown(parent));
  } catch {
    // It went away meanwhile.
    return false;
  }
}

async function inDocumentOrder(frame: Frame): Promise<Frame[]> {
  const elements = await frame.locator('iframe, frame').elementHandles();
  const children = await Promise.all(elements.map((element) => element.contentFrame()));
  await Promise.all(elements.map((element) => element.dispose()));
  const below = await Promise.all(children.map(async (child) => (child === null ? [] : inDocumentOrder(child))));
  return [frame, ...below.flat()];
}

function refuse(error: unknown, field: string): never {
  const failure = namedFailure(error);
  if (failure.code !== 'internal_error' || !(error instanceof Error)) throw failure;
  const reason = (error.message.split('\n')[0] ?? '').replace(/^locator\.count: /, '');
  if (!/selector|engine|SyntaxError/i.test(reason)) {
    const message = `The page cannot be searched: ${reason.slice(0, REASON_LENGTH_MAX)}`;
    throw new OttoError('script_failed', { message, effect: 'none' }, { cause: error });
  }
  throw malformed(field, reason.replace(/^(InvalidSelectorError|SyntaxError): /, ''));
}

function malformed(field: string, reason: string): OttoError {
  return new OttoError('invalid_action_input', {
    message: `${field} is not well-formed: ${reason.slice(0, REASON_LENGTH_MAX)}`,
    actionableHint: 'Give a CSS selector, text=some words, or role=button[name="its name"].',
    effect: 'none',
  });
}

const REASON_LENGTH_MAX = 300;

/** The first match, and whether every frame has said what it has. */
interface Found {
  readonly first: Locator | undefined;
  readonly isSure: boolean;
}

type MatchesIn = (frame: Frame) => Locator;

/** Where the selector came from, and whether only what can be seen counts. */
interface Wanted {
  readonly field: string;
  readonly visible: boolean;
}

/** What is looked for. */
export interface Sought {
  readonly selector: string;
  /** Hidden matches do not count. */
  readonly visible: boolean;
  /** Of the input, where the selector came from. */
  readonly field?: string;
}
