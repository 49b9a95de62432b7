/** Prefixes of the ids that the relay and its nodes make. */
export const ID_PREFIXES = {
  client: 'clt',
  controller: 'ctl',
  session: 'ses',
  challenge: 'chl',
  refreshFamily: 'fam',
  request: 'req',
  instance: 'ins',
  tab: 'tab',
  event: 'evt',
  download: 'dl',
} as const;

/**
 * The key of one tab's queue and lock. A node id cannot contain a line break, so two pairs never share a key.
 *
 * @example tabKey('node_a', 'tab_1')
 */
export function tabKey(nodeId: string, tabSessionId: string): string {
  return `${nodeId}\n${tabSessionId}`;
}

/** What a node may be called: 1–128 of `[A-Za-z0-9._:-]`. */
export const NODE_ID_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

export type IdPrefix = (typeof ID_PREFIXES)[keyof typeof ID_PREFIXES];
