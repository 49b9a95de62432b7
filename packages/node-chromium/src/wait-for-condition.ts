import { urlGlob, type WaitCondition } from '@telepat/otto-node-runtime';
import type { FrameSearch } from './frame-search.js';
import type { DocumentState, PageDocuments } from './page-documents.js';
import type { PageSettling } from './page-settling.js';
import { Patience } from './patience.js';

/** Waits until all parts of a condition hold at one time, and tells of the part that it looks at. */
export async function waitForCondition(condition: WaitCondition, world: WaitWorld): Promise<void> {
  const patience = new Patience(FOREVER_MS, world.signals);
  const isAt = condition.url === undefined ? undefined : urlGlob(condition.url);
  const parts: readonly Part[] = [
    {
      name: 'url',
      holds: () => isAt === undefined || world.documents.url === condition.url || isAt(world.documents.url),
    },
    { name: 'loadState', holds: () => hasLoaded(condition, world) },
    { name: 'element', holds: () => hasElement(condition, world.search, patience) },
    { name: 'text', holds: () => hasText(condition, world.search, patience) },
  ];
  const given = parts.filter(({ name }) => condition[name] !== undefined);
  for (;;) {
    const startedAt = performance.now();
    const missing = await firstMissing(given, world.onPart);
    if (missing === undefined) return;
    // A page where looking takes long is not to do nothing else.
    await patience.pause(Math.max(PAUSE_MS, performance.now() - startedAt));
  }
}

async function firstMissing(parts: readonly Part[], onPart: (name: Part['name']) => void): Promise<Part | undefined> {
  for (const part of parts) {
    onPart(part.name);
    if (!(await part.holds())) return part;
  }
  return undefined;
}

/** The signal ends the waiting, nothing else does. */
const FOREVER_MS = 2 ** 31 - 1;

const PAUSE_MS = 50;

/** A page that is on its way to another one has not loaded yet, however long the one before has been there. */
function hasLoaded({ loadState }: WaitCondition, { documents, settling }: WaitWorld): boolean {
  return loadState === undefined || (settling.isCalm && documents.has(STATES[loadState]));
}

const STATES: Readonly<Record<NonNullable<WaitCondition['loadState']>, DocumentState>> = {
  domcontentloaded: 'DOMContentLoaded',
  load: 'load',
  networkidle: 'networkIdle',
};

async function hasElement({ element }: WaitCondition, search: FrameSearch, patience: Patience): Promise<boolean> {
  if (element === undefined) return true;
  const { selector, state } = element;
  const sought = { selector, visible: state === 'visible' || state === 'hidden' };
  if (state === 'hidden' || state === 'detached') return search.hasNone(sought, patience);
  return (await search.first(sought, patience)) !== undefined;
}

async function hasText({ text }: WaitCondition, search: FrameSearch, patience: Patience): Promise<boolean> {
  return text === undefined || (await search.firstText(text, patience)) !== undefined;
}

interface Part {
  readonly name: keyof WaitCondition;
  holds(): boolean | Promise<boolean>;
}

interface WaitWorld {
  readonly documents: PageDocuments;
  readonly settling: PageSettling;
  readonly search: FrameSearch;
  readonly signals: readonly AbortSignal[];
  onPart(name: keyof WaitCondition): void;
}
