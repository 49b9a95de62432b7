import type { OttoError } from '@telepat/otto-protocol';
import type { LinkState } from '@telepat/otto-relay-link';

/** The one word about a node's connection, from what its link says and whether the relay answers. */
export function nodeStateOf(link: LinkState, { isAnswered }: { isAnswered: boolean }): NodeState {
  switch (link.phase) {
    case 'closed':
      return { phase: 'stopped', ...(link.error === undefined ? {} : { error: link.error }) };
    case 'connecting':
    case 'proving':
      return { phase: 'connecting' };
    case 'ready':
      return { phase: isAnswered ? 'connected' : 'unanswered' };
    case 'waiting':
      return { phase: 'waiting', error: link.error, retryInMs: link.retryInMs };
  }
}

/** What is true of a node's connection now. */
export type NodeState =
  /** Not started, stopped, or at an end for good, with the reason. */
  | { readonly phase: 'stopped'; readonly error?: OttoError }
  /** A try is under way. */
  | { readonly phase: 'connecting' }
  /** The relay let the node in, and has answered its ping within the last interval. */
  | { readonly phase: 'connected' }
  /** The connection is open, but the relay does not answer: it is there again, or the connection will be given up. */
  | { readonly phase: 'unanswered' }
  /** The last try failed; the next one begins by itself. */
  | { readonly phase: 'waiting'; readonly error: OttoError; readonly retryInMs: number };
