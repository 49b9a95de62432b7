/** What is left of an id's own part: enough to tell the ids on one screen apart. */
const SHOWN = 6;

/**
 * The beginning of a long id, as people can read it: a name before the last `_` is kept whole.
 *
 * @example shortId('clt_8c1f09ab33d2e471') // 'clt_8c1f09…'
 */
export function shortId(id: string): string {
  const end = id.lastIndexOf('_') + 1 + SHOWN;
  return id.length <= end + 2 ? id : `${id.slice(0, end)}…`;
}
