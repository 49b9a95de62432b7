import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ID_PREFIXES, NODE_ID_PATTERN } from '@telepat/otto-protocol';
import type { Access, IdGenerator } from '@telepat/otto-relay-core';

/** What every controller may do at the node that it has tokens for. */
const CONTROLLER_SCOPES = ['primitive.*', 'command.*', 'listener.*'];

/**
 * Gives tokens to whoever shows the key: `POST /tokens?role=node&nodeId=n1` to a node of this name, `role=controller`
 * to a controller that may command this node and no other. Who gets them is the host's own decision; there may be an
 * account, a certificate or a pairing in its place.
 */
export class TokenDesk {
  readonly #key: string;
  readonly #ids: IdGenerator;
  readonly #tokens: Access['tokens'];

  constructor(key: string, ids: IdGenerator, tokens: Access['tokens']) {
    this.#key = key;
    this.#ids = ids;
    this.#tokens = tokens;
  }

  async answer(request: IncomingMessage): Promise<Answer> {
    const [path, query] = (request.url ?? '').split('?');
    if (request.method !== 'POST' || path !== '/tokens') return { status: 404, body: {} };
    // Only browsers send an origin: no page may ask for tokens.
    if (request.headers.origin !== undefined) return { status: 403, body: {} };
    if (!this.#isKey(request.headers.authorization ?? '')) return { status: 401, body: {} };

    const { role, nodeId = '' } = Object.fromEntries(new URLSearchParams(query));
    if ((role !== 'node' && role !== 'controller') || !NODE_ID_PATTERN.test(nodeId)) return { status: 400, body: {} };
    const controllerId = this.#ids.next(ID_PREFIXES.controller);
    const { accessToken, refreshToken } = await this.#tokens.issue(
      role === 'node' ? { role, nodeId, scopes: [] } : { role, nodeId, controllerId, scopes: CONTROLLER_SCOPES },
    );
    return { status: 200, body: { accessToken, refreshToken } };
  }

  #isKey(authorization: string): boolean {
    return timingSafeEqual(digest(authorization), digest(`Bearer ${this.#key}`));
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

interface Answer {
  readonly status: number;
  readonly body: object;
}
