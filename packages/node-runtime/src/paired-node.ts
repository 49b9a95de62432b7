import { OttoError } from '@telepat/otto-protocol';
import type { Clock } from '@telepat/otto-relay-link';
import { abortReason } from './abort-reason.js';
import { abortWith } from './abort-with.js';
import type { NodePairing } from './node-pairing.js';
import type { NodeState } from './node-state.js';
import type { NodeTokens } from './node-tokens.js';
import type { OttoNode } from './otto-node.js';
import { pause } from './pause.js';
import { untilAborted } from './until-aborted.js';

/** A relay that puts the node out is not asked again at once. */
export const COME_BACK_MS = 1_000;

/**
 * A node's membership at its relay, from its first pairing to its end: pairs the node when it is not paired, connects
 * it, and does so again when the relay does not know its pairing any more, while the tabs stay as they are. Its host
 * passes each state of the node on to `stateChanged`.
 */
export class PairedNode {
  readonly #options: PairedNodeOptions;
  readonly #end = new AbortController();
  #phase: 'beginning' | 'member' | 'coming_back' | 'ended' = 'beginning';

  constructor(options: PairedNodeOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the relay takes the node for ready. Tokens that the relay does not know are replaced once.
   *
   * @throws OttoError why the relay will not have the node, or the reason of an aborted signal
   */
  async begin(signal?: AbortSignal): Promise<void> {
    const leave = signal === undefined ? () => {} : abortWith(signal, this.#end);
    try {
      await this.#join(undefined);
      this.#isMember('beginning');
    } finally {
      leave();
    }
  }

  /** A member that the relay does not know any more is paired again; any other refusal is the end. */
  stateChanged(state: NodeState): void {
    if (state.phase !== 'stopped' || this.#phase !== 'member') return;
    const { error } = state;
    if (error === undefined || !isOver(error)) {
      this.#ended(error);
      return;
    }
    this.#phase = 'coming_back';
    this.#comeBack(isRevoked(error) ? revocation() : undefined).then(
      () => this.#isMember('coming_back'),
      (reason: unknown) => this.#ended(OttoError.from(reason)),
    );
  }

  /** Gives up whatever is under way; nothing is told after it. The node itself is its owner's to stop. */
  stop(): void {
    this.#phase = 'ended';
    this.#end.abort(new OttoError('command_cancelled', { message: 'The node is being stopped.' }));
  }

  async #comeBack(why: OttoError | undefined): Promise<void> {
    await pause(this.#options.clock, COME_BACK_MS, this.#end.signal);
    await this.#join(why);
  }

  #isMember(after: 'beginning' | 'coming_back'): void {
    if (this.#phase !== after) return;
    this.#phase = 'member';
    // The relay may have thought better of it in the moment before this.
    this.stateChanged(this.#options.node.state);
  }

  #ended(reason: OttoError | undefined): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#options.onEnd(reason);
  }

  /** Tokens are tried first, also after a revocation: those of a newer pairing of this node may be good. */
  async #join(why: OttoError | undefined): Promise<void> {
    const { node, tokens } = this.#options;
    const { signal } = this.#end;
    for (let isPaired = await tokens.isPaired(); ; isPaired = false) {
      if (!isPaired) await this.#pair(why);
      // Whoever stopped it meanwhile has closed its browser.
      if (signal.aborted) throw abortReason(signal);
      node.start();
      const refusal = await this.#refusal(signal);
      if (refusal === undefined) return;
      if (!isPaired || !isOver(refusal)) throw refusal;
      if (isRevoked(refusal)) why = revocation();
      await tokens.forget().catch(forgottenLater);
    }
  }

  /** A store that does not take the new tokens is offered them again: they are held until then. */
  async #pair(why: OttoError | undefined): Promise<void> {
    const { pairing, tokens } = this.#options;
    try {
      await pairing.pair(this.#end.signal, why);
    } catch (error) {
      if (this.#phase !== 'coming_back' || this.#end.signal.aborted || error instanceof OttoError) throw error;
      if (!(await tokens.isPaired())) throw error;
    }
  }

  /** Undefined when the node is ready; the reason when the relay will not have it. */
  async #refusal(signal: AbortSignal): Promise<OttoError | undefined> {
    const { node } = this.#options;
    for (;;) {
      try {
        await untilAborted(node.ready(), signal);
        return undefined;
      } catch (error) {
        if (signal.aborted) throw error;
        const { state } = node;
        if (state.phase === 'stopped') return OttoError.from(state.error ?? error);
        // The link tries again by itself.
      }
    }
  }
}

/** Refusals that say that the relay does not know the tokens, as one with new data does not. */
const NO_LONGER_PAIRED: ReadonlySet<string> = new Set([
  'invalid_access_token',
  'invalid_refresh_token',
  'missing_access_token',
  'node_mismatch',
]);

/** Whether the pairing is over, so that a new one helps. */
function isOver(error: OttoError): boolean {
  return NO_LONGER_PAIRED.has(error.code) || isRevoked(error);
}

/** The relay ended a session that stood: its owner removed the node, or a token of it was used twice. */
function isRevoked({ code }: OttoError): boolean {
  return code === 'controller_revoked';
}

function forgottenLater(): void {
  // What the store does not forget now is replaced by what the pairing gives.
}

/** What is told with the code that a person has to approve then. */
function revocation(): OttoError {
  return new OttoError('controller_revoked', {
    message: 'The relay has ended the pairing of this node: it was removed, or one of its tokens was used twice.',
    actionableHint: 'If you still want this node there, approve its new code and grant access to it again.',
  });
}

export interface PairedNodeOptions {
  readonly node: Pick<OttoNode, 'start' | 'ready' | 'state'>;
  readonly tokens: Pick<NodeTokens, 'isPaired' | 'forget'>;
  readonly pairing: Pick<NodePairing, 'pair'>;
  readonly clock: Clock;
  /** The relay will not have the node any more, for a reason that no pairing mends. Told once, after `begin`. */
  onEnd(reason: OttoError | undefined): void;
}
