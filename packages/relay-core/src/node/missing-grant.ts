import type { ErrorContext } from '@telepat/otto-protocol';

/** Whom and what an error for want of a grant names, and what to do about it. */
export function missingGrant(nodeId: string, clientId: string | undefined): ErrorContext {
  if (clientId === undefined) {
    const owner = `ask the owner of node ${nodeId} to grant it access`;
    return { nodeId, actionableHint: `Register a client (otto client register), log in with it, and ${owner}.` };
  }
  return {
    nodeId,
    clientId,
    actionableHint: `Ask the owner of node ${nodeId} to run: otto access grant ${clientId}`,
  };
}
