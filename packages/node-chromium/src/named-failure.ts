import { OttoError } from '@telepat/otto-protocol';

/** What playwright threw, under a name of our catalogue: it tells the end of a tab by the words of its message only. */
export function namedFailure(error: unknown): OttoError {
  if (error instanceof OttoError) return error;
  // The lines after the first are playwright's log: they hold texts of the page.
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
  if (CRASHED.test(message)) return new OttoError('tab_crashed', {}, { cause: error });
  if (CLOSED.test(message)) return new OttoError('tab_closed', {}, { cause: error });
  if (BETWEEN_PAGES.test(message)) return new OttoError('script_failed', { message: LEFT }, { cause: error });
  return OttoError.from(error);
}

/** For a moment a tab has no page: the one before is gone, and the next one is not there yet. */
export const BETWEEN_PAGES = /Not attached to an active page/;

const LEFT = 'The page went elsewhere meanwhile.';

/** Where a sentence of playwright's or the browser's begins: a selector may stand elsewhere in the line. */
const CRASHED = /(^|: )(Target|Page) crashed/i;
const CLOSED =
  /(^|: )(Target (page, context or browser has been )?closed|(Internal server error, )?session (closed|already detached)|Browser (has been )?closed|Page (has been )?closed)/i;
