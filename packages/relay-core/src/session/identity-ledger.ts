import { CONTROLLER_QUEUE_BYTES_MAX, LISTENERS_PER_IDENTITY_MAX } from '@telepat/otto-protocol/limits';
import type { Timer } from '../ports/clock.js';
import { IdentityCommands } from './identity-commands.js';
import { ReplayGuard } from './replay-guard.js';
import type { Session } from './session.js';
import { TokenBucket } from './token-bucket.js';

/** What is counted per identity over all its sessions, so that connecting anew gains nothing. */
export class IdentityLedger {
  /** The identity's name, as nodes know it. */
  readonly key: string;
  readonly bucket: TokenBucket;
  readonly #replayWindowMs: number;
  #replayGuard: ReplayGuard | undefined;
  readonly sessions = new Set<Session>();
  /** Every command of it that some node is not done with. */
  readonly commands = new IdentityCommands();
  queuedCount = 0;
  queuedBytes = 0;
  /** Commands that name no tab and are in flight. */
  untabbedCount = 0;
  /** Its active listeners and stream sessions, and the subscribes on their way. */
  listenerCount = 0;
  subscribingCount = 0;
  /** Tabs that its sessions hold. */
  lockCount = 0;
  /** Armed while no session is left: forgets the ledger. */
  forgetting: Timer | undefined;

  constructor(key: string, options: { rateLimitPerMin: number; replayWindowMs: number; ticks: number }) {
    this.key = key;
    this.bucket = new TokenBucket(options.rateLimitPerMin, options.ticks);
    this.#replayWindowMs = options.replayWindowMs;
  }

  /** Made when it is needed: whoever only listens has no nonces. */
  get replayGuard(): ReplayGuard {
    return (this.#replayGuard ??= new ReplayGuard(this.#replayWindowMs));
  }

  /** How many nonces are remembered. */
  get nonceCount(): number {
    return this.#replayGuard?.size ?? 0;
  }

  /** Whether so many more bytes may wait in queues. */
  hasQueueRoom(byteLength: number, countMax: number): boolean {
    return this.queuedCount < countMax && this.queuedBytes + byteLength <= CONTROLLER_QUEUE_BYTES_MAX;
  }

  /** How many of its commands are in flight: nodes have them, or the journal has them on their way there. */
  get inFlight(): number {
    return this.commands.size - this.queuedCount;
  }

  /** Whether it may have one more listener or stream: the subscribes on their way have their place. */
  hasListenerRoom(): boolean {
    return this.listenerCount + this.subscribingCount < LISTENERS_PER_IDENTITY_MAX;
  }

  /** Whether some node still works for it. */
  worksAt(nodeId: string): boolean {
    return this.commands.isAt(nodeId);
  }
}
