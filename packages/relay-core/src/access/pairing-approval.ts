import { ID_PREFIXES, OttoError } from '@telepat/otto-protocol';
import type { PairingApproveReply } from '@telepat/otto-protocol/http';
import type { RelayConfig } from '../config.js';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import { identityOf, mayAs } from './caller-rights.js';
import { phaseOf, type Challenge, type Challenges } from './challenges.js';
import { identityKey, type Caller, type Identity } from './identity.js';
import { WRONG_CODES_PER_MIN } from './limits.js';
import { MinuteLimit } from './minute-limit.js';
import type { Grantee } from './token-mint.js';
import type { IssuedTokens, Tokens } from './tokens.js';

/** Approves challenges by their code: who may, how often they may guess, and what each side gets. */
export class PairingApproval {
  readonly #config: RelayConfig;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #log: LogBook;
  readonly #tokens: Tokens;
  readonly #challenges: Challenges;
  readonly #wrongCodes: MinuteLimit;

  constructor(options: PairingApprovalOptions) {
    this.#config = options.config;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#log = options.log;
    this.#tokens = options.tokens;
    this.#challenges = options.challenges;
    this.#wrongCodes = new MinuteLimit(options.clock, WRONG_CODES_PER_MIN);
  }

  /** See `Pairing.approve`. */
  async approve(caller: Caller, code: string): Promise<PairingApproveReply> {
    const challenge = this.#approvable(caller, code);
    const { nodeId, challengeId } = challenge;
    const controller = isTrustedWith(caller, nodeId) ? this.#controllerOf(nodeId) : undefined;
    const controllerTokens = await this.#store(challenge, controller, identityOf(caller));
    this.#logApproval(caller, nodeId);

    if (controller === undefined || controllerTokens === undefined) return { nodeId, status: 'approved' };
    return {
      nodeId,
      status: 'approved',
      challengeId,
      controllerId: controller.controllerId,
      scopes: [...controller.scopes],
      controllerAccessToken: controllerTokens.accessToken,
      controllerRefreshToken: controllerTokens.refreshToken,
    };
  }

  /** The challenge that the caller may approve. Nothing is waited for, so that guesses cannot run side by side. */
  #approvable(caller: Caller, code: string): Challenge {
    const approver = approverOf(caller);
    if (this.#wrongCodes.isReached(approver)) throw new OttoError('too_many_attempts');
    const now = this.#clock.now();
    const challenge = this.#challenges.withCode(code, now);
    if (challenge === undefined) {
      this.#wrongCodes.count(approver);
      throw new OttoError('pairing_not_found');
    }
    const { nodeId, approval } = challenge;
    if (phaseOf(challenge, now) !== 'pending' || approval.step !== 'none') throw new OttoError('pairing_not_pending');
    if (!isTrustedWith(caller, nodeId) && this.#tokens.isPaired(nodeId)) throw new OttoError('forbidden_scope');
    return challenge;
  }

  /** Makes the tokens of both sides durable; if that fails, the challenge is pending as before. */
  async #store(
    challenge: Challenge,
    controller: Grantee | undefined,
    approver: Identity | undefined,
  ): Promise<IssuedTokens | undefined> {
    const { nodeId, from } = challenge;
    const origin = from.extensionOrigin === undefined ? {} : { origin: from.extensionOrigin };
    const node: Grantee = { role: 'node', nodeId, scopes: [], ...origin };
    challenge.approval = { step: 'being_stored' };
    try {
      const [tokens, controllerTokens] = await this.#tokens.issueAll(
        controller === undefined ? [node] : [node, controller],
        approver,
      );
      const at = this.#clock.now();
      challenge.approval = {
        step: 'stored',
        at,
        ...(tokens === undefined ? {} : { tokens: { ...tokens, signedAt: at } }),
      };
      return controllerTokens;
    } catch (reason) {
      challenge.approval = { step: 'none' };
      throw reason;
    }
  }

  /** A controller that approved is named in the entry's own fields, so that others do not see its id. */
  #logApproval(caller: Caller, nodeId: string): void {
    const { role, nodeId: approverNodeId, clientId, controllerId } = identityOf(caller) ?? {};
    const isVouchedFor = role === 'node' && approverNodeId !== nodeId;
    this.#log.write({
      level: 'info',
      source: 'relay',
      type: 'pairing_approved',
      nodeId,
      ...(clientId === undefined ? {} : { clientId }),
      ...(controllerId === undefined ? {} : { controllerId }),
      data: { approvedBy: role ?? caller.kind, ...(isVouchedFor ? { approverNodeId } : {}) },
    });
  }

  #controllerOf(nodeId: string): Grantee & { controllerId: string } {
    const controllerId = this.#ids.next(ID_PREFIXES.controller);
    return { role: 'controller', nodeId, controllerId, scopes: this.#config.defaultControllerScopes };
  }
}

/** Nodes vouch for new ones; for a paired one only itself does, and those who may approve anything. */
function isTrustedWith(caller: Caller, nodeId: string): boolean {
  const identity = identityOf(caller);
  return mayAs(caller, 'pairing.approve') || (identity?.role === 'node' && identity.nodeId === nodeId);
}

/**
 * Under which name an approver's wrong codes are counted.
 *
 * @throws OttoError `missing_access_token`, `forbidden_scope`
 */
function approverOf(caller: Caller): string {
  if (caller.kind === 'anyone') throw new OttoError('missing_access_token');
  if (caller.kind === 'operator') return 'operator';
  const { identity } = caller;
  if (identity.role === 'controller' && !mayAs(caller, 'pairing.approve')) throw new OttoError('forbidden_scope');
  return `${identity.role} ${identityKey(identity)}`;
}

export interface PairingApprovalOptions {
  readonly config: RelayConfig;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly log: LogBook;
  readonly tokens: Tokens;
  readonly challenges: Challenges;
}
