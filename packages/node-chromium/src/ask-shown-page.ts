import { OttoError } from '@telepat/otto-protocol';
import type { PageDocuments } from './page-documents.js';
import { within } from './until.js';

/**
 * What a page shows, asked for again when another document comes meanwhile: the browser forgets then what it was to
 * draw, and never answers.
 *
 * @throws OttoError `script_failed` when one document follows another without end.
 */
export async function askShownPage<T>(ask: () => Promise<T>, { documents, signals }: ShownPage): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const isOver = new AbortController();
    const asked = ask().then((value) => ({ value }));
    const replaced = documents
      .replaced(documents.loaderId, [...signals, isOver.signal])
      .then(() => within(LATE_MS_MAX, asked, signals));
    try {
      const answer = await Promise.race([asked, replaced]);
      if (answer !== undefined) return answer.value;
    } finally {
      isOver.abort();
    }
  }
  throw new OttoError('script_failed', { message: 'The page goes from one document to another without end.' });
}

const ATTEMPTS_MAX = 4;

/** How long an answer that was on its way may take, when the page has gone elsewhere. */
const LATE_MS_MAX = 500;

interface ShownPage {
  readonly documents: Pick<PageDocuments, 'loaderId' | 'replaced'>;
  readonly signals: readonly AbortSignal[];
}
