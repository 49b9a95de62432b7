import { titleOf } from './dom.js';

/** The title of the page, or as much of it as anybody reads. */
export function pageTitle(): string {
  return titleOf(document).slice(0, TITLE_LENGTH_MAX);
}

const TITLE_LENGTH_MAX = 2_000;
