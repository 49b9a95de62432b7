import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { NodeTokens, type LogToHost } from '@telepat/otto-node-runtime';
import { FileKeyValue } from './file-key-value.js';
import { hostClock } from './host-clock.js';
import { relayHttp } from './relay-http.js';

/**
 * The tokens of a node of this machine: for the node itself, and for whoever may act in its place here. They lie below
 * `home` in a file that only its owner can read.
 */
export function nodeTokens({ home, nodeId, relayHttpUrl, log }: NodeTokensOptions): NodeTokens {
  return new NodeTokens({
    nodeId,
    store: new FileKeyValue(join(home, 'nodes', fileName(nodeId))),
    http: relayHttp(relayHttpUrl),
    newKey: () => randomBytes(16).toString('hex'),
    clock: hostClock,
    ...(log === undefined ? {} : { log }),
  });
}

/** The hash keeps names apart that a file system takes for the same, or could not have in a file's name. */
function fileName(nodeId: string): string {
  const hash = createHash('sha256').update(nodeId).digest('hex').slice(0, 12);
  return `${nodeId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40)}-${hash}.json`;
}

export interface NodeTokensOptions {
  /** Folder of Otto's own files (`OTTO_HOME`). */
  readonly home: string;
  readonly nodeId: string;
  /** `http://host:port` */
  readonly relayHttpUrl: string;
  /** Told of what goes wrong with them while the node can go on. */
  readonly log?: LogToHost;
}
