import type { CDPSession, Frame, Page } from 'playwright-core';

/**
 * Takes the dialogs from the scripts of a page that is about to go, as far as they can be reached. Resolves when that
 * is done, with the way to give them back, in case the document stays after all.
 */
export async function silenceDialogs(page: Page, session: CDPSession): Promise<() => void> {
  const restores = [await silenceDocument(session)];
  const reached = new Set<Frame>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const isNew = (frame: Frame): boolean => isForeign(frame, page) && !reached.has(frame);
    const foreign = page.frames().filter(isNew).slice(0, FRAMES_MAX);
    if (foreign.length === 0) break;
    restores.push(...(await Promise.all(foreign.map(silenceFrame))));
    for (const frame of foreign) reached.add(frame);
  }
  return () => {
    for (const restore of restores) restore();
  };
}

/** The document and the frames that it can reach. */
async function silenceDocument(session: CDPSession): Promise<() => void> {
  try {
    const { result } = await session.send('Runtime.evaluate', { expression: SILENCE, silent: true });
    const { objectId } = result;
    if (objectId === undefined) return nothingToRestore;
    const functionDeclaration = 'function () { this(); }';
    return () =>
      void session.send('Runtime.callFunctionOn', { objectId, functionDeclaration, silent: true }).catch(gone);
  } catch {
    // The page has crashed, or is being replaced this moment: it has no dialogs any more.
    return nothingToRestore;
  }
}

async function silenceFrame(frame: Frame): Promise<() => void> {
  try {
    const restore = await frame.evaluateHandle(SILENCE);
    return () => void restore.evaluate('restore => restore()').catch(gone);
  } catch {
    return nothingToRestore;
  }
}

/** Frames of another origin are out of reach of the page's own scripts. */
function isForeign(frame: Frame, page: Page): boolean {
  const url = frame.url();
  if (frame === page.mainFrame() || !URL.canParse(url) || !URL.canParse(page.url())) return false;
  return !url.startsWith('about:') && new URL(url).origin !== new URL(page.url()).origin;
}

const SILENCE = `(() => {
  const kept = [];
  const silence = (view) => {
    for (const name of ['alert', 'confirm', 'prompt', 'print']) {
      try {
        kept.push([view, name, view[name]]);
        view[name] = () => undefined;
      } catch {}
    }
    for (let index = 0; index < view.length; index++) {
      try { silence(view[index]); } catch {}
    }
  };
  silence(window);
  return () => {
    for (const [view, name, native] of kept) {
      try { view[name] = native; } catch {}
    }
  };
})()`;

/** More of them are left as they are: this is a courtesy to the next document, not a wall. */
const FRAMES_MAX = 20;

/** Frames come up while others are reached. */
const ROUNDS_MAX = 3;

function nothingToRestore(): void {}

/** The document was replaced, as it was meant to be. */
function gone(): void {}
