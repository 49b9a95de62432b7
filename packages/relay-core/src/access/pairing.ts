import { ID_PREFIXES, OttoError } from '@telepat/otto-protocol';
import type {
  PairingApproveReply,
  PairingPendingReply,
  PairingRequestReply,
  PairingStatusReply,
} from '@telepat/otto-protocol/http';
import { PAIRING_TTL_MS } from '@telepat/otto-protocol/limits';
import type { RelayConfig } from '../config.js';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Secrets } from '../ports/secrets.js';
import { identityOf, mayAs } from './caller-rights.js';
import { Challenges, phaseOf, type Challenge } from './challenges.js';
import type { Caller, Origin } from './identity.js';
import { PairingApproval } from './pairing-approval.js';
import type { Tokens } from './tokens.js';

/** What a node's id is cut to for those who need not know it. */
const SHORT_NODE_ID_LENGTH = 7;

/** Codes are drawn until one is free; this many draws fail only if something else is wrong. */
const DRAWS_MAX = 1_000;

/** How a node is trusted: it asks, shows a code, and somebody who may do so approves the code once. */
export class Pairing {
  readonly #config: RelayConfig;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #secrets: Secrets;
  readonly #log: LogBook;
  readonly #tokens: Tokens;
  readonly #challenges = new Challenges();
  readonly #approval: PairingApproval;

  constructor(options: PairingOptions) {
    this.#config = options.config;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#secrets = options.secrets;
    this.#log = options.log;
    this.#tokens = options.tokens;
    this.#approval = new PairingApproval({ ...options, challenges: this.#challenges });
  }

  /**
   * Opens a challenge, or gives a pending one again to whoever opened it.
   *
   * @throws OttoError `too_many_pairings`
   */
  request(body: { nodeId: string; challengeId?: string | undefined }, from: Origin): PairingRequestReply {
    const known = this.#ownPending(body, from);
    if (known !== undefined) return requestReply(known);

    const now = this.#clock.now();
    const challenge: Challenge = {
      challengeId: this.#ids.next(ID_PREFIXES.challenge),
      nodeId: body.nodeId,
      code: this.#freeCode(now),
      from,
      requestedAt: now,
      expiresAt: now + PAIRING_TTL_MS,
      approval: { step: 'none' },
    };
    this.#challenges.add(challenge, now);
    const data = { requestedFrom: describe(from) };
    this.#log.write({ level: 'info', source: 'relay', type: 'pairing_requested', nodeId: body.nodeId, data });
    return requestReply(challenge);
  }

  /** What waits for approval: whoever may approve everything sees it whole, a node its own, others short ids. */
  pending(caller: Caller): PairingPendingReply {
    const seesAll = mayAs(caller, 'pairing.approve');
    const identity = identityOf(caller);
    const ownNodeId = identity?.role === 'node' ? identity.nodeId : undefined;
    const pending = this.#challenges.pending(this.#clock.now()).map((challenge) => {
      const { code, nodeId, expiresAt, requestedAt, from } = challenge;
      const row = { code, nodeId, status: 'pending' as const, expiresAt };
      if (!seesAll) return { ...row, nodeId: nodeId === ownNodeId ? nodeId : shortened(nodeId) };
      const alreadyPaired = this.#tokens.isPaired(nodeId);
      return { ...row, requestedFrom: describe(from), requestedAt, alreadyPaired };
    });
    return { pending };
  }

  /**
   * Approves the challenge with this code; the first approval wins. The operator, `pairing.approve` and a node that
   * approves its own id get a controller that is bound to the node.
   *
   * @throws OttoError `missing_access_token`, `forbidden_scope`, `pairing_not_found`, `pairing_not_pending`,
   *   `too_many_attempts`
   */
  approve(caller: Caller, code: string): Promise<PairingApproveReply> {
    return this.#approval.approve(caller, code);
  }

  /**
   * What became of a challenge; once approved, with the node's tokens until it has used them.
   *
   * @throws OttoError `challenge_not_found`
   */
  async status(challengeId: string): Promise<PairingStatusReply> {
    const now = this.#clock.now();
    const challenge = this.#challenges.get(challengeId, now);
    if (challenge === undefined) throw new OttoError('challenge_not_found');
    const { nodeId, expiresAt, approval } = challenge;
    const reply = { challengeId, nodeId, status: phaseOf(challenge, now), expiresAt };
    return approval.step === 'stored'
      ? { ...reply, approvedAt: approval.at, ...(await this.#nodeTokens(challenge)) }
      : reply;
  }

  /** The node has authenticated with the tokens of this family: nobody gets them again. */
  stopHandingOut(sid: string): void {
    for (const challenge of this.#challenges.all(this.#clock.now())) {
      const { approval } = challenge;
      if (approval.step !== 'stored' || approval.tokens?.sid !== sid) continue;
      challenge.approval = { step: 'stored', at: approval.at };
    }
  }

  async #nodeTokens(challenge: Challenge): Promise<{ nodeAccessToken?: string; nodeRefreshToken?: string }> {
    const { approval, nodeId } = challenge;
    if (approval.step !== 'stored' || approval.tokens === undefined) return {};
    // Exchanged or revoked meanwhile: handing it out would only look like theft.
    if (!this.#tokens.isCurrent(approval.tokens.refreshToken)) return {};
    const { refreshToken, sid, accessToken, signedAt } = approval.tokens;
    const isFresh = this.#clock.now() - signedAt < this.#config.accessTokenTtlMs / 2;
    const nodeAccessToken = isFresh
      ? accessToken
      : await this.#tokens.signAgain({ role: 'node', nodeId, scopes: [], sid });
    return { nodeAccessToken, nodeRefreshToken: refreshToken };
  }

  #ownPending(body: { nodeId: string; challengeId?: string | undefined }, from: Origin): Challenge | undefined {
    return this.#challenges.pending(this.#clock.now()).find(({ nodeId, challengeId, from: opener }) => {
      if (nodeId !== body.nodeId) return false;
      if (challengeId === body.challengeId) return true;
      return (
        from.extensionOrigin !== undefined &&
        from.extensionOrigin === opener.extensionOrigin &&
        from.address === opener.address
      );
    });
  }

  #freeCode(now: number): string {
    for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
      const code = this.#secrets.newPairingCode();
      if (this.#challenges.withCode(code, now) === undefined) return code;
    }
    throw new Error('A million codes hold a free one for so few challenges.');
  }
}

function requestReply({ challengeId, code, nodeId, expiresAt }: Challenge): PairingRequestReply {
  return { challengeId, code, nodeId, status: 'pending', expiresAt };
}

/** Never the whole id, however short it is. */
function shortened(nodeId: string): string {
  const length = nodeId.length > SHORT_NODE_ID_LENGTH ? SHORT_NODE_ID_LENGTH : Math.floor(nodeId.length / 2);
  return `${nodeId.slice(0, length)}…`;
}

function describe({ address, extensionOrigin }: Origin): string {
  return extensionOrigin === undefined ? address : `${extensionOrigin} at ${address}`;
}

export interface PairingOptions {
  readonly config: RelayConfig;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly secrets: Secrets;
  readonly log: LogBook;
  readonly tokens: Tokens;
}
