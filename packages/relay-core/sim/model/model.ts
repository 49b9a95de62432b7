import type { LogEntry } from '@telepat/otto-protocol';
import { BrokenInvariant, demand } from '../invariants.js';
import type { VirtualTime } from '../virtual-time.js';
import { Admission } from './admission.js';
import { Doors, type Door, type TokenFacts } from './doors.js';
import { Facts, type Frame, type ModelSession, type Person, type Rules } from './facts.js';
import { Fates } from './fates.js';
import { Followers } from './followers.js';
import { FromControllers } from './from-controllers.js';
import { FromNodes } from './from-nodes.js';
import { Lanes } from './lanes.js';
import { Lapses } from './lapses.js';
import { Locks } from './locks.js';
import { Orphans } from './orphans.js';
import { OwnCommands } from './own-commands.js';
import { Quotas } from './quotas.js';
import { Replies } from './replies.js';
import { Sessions } from './sessions.js';
import { ModelSubscriptions } from './subscriptions.js';
import { ToPeers } from './to-peers.js';

/**
 * What PROTOCOL.md says must happen, beside what does. It is told everything that the world does to the relay just
 * before it is done, and every frame that the relay sends; what does not agree breaks an invariant.
 */
export class Model {
  readonly facts: Facts;
  readonly quotas: Quotas;
  readonly orphans: Orphans;
  readonly doors: Doors;
  readonly lapses: Lapses;
  readonly #replies = new Replies();
  readonly #own: OwnCommands;
  readonly #subscriptions: ModelSubscriptions;
  readonly #lanes: Lanes;
  readonly #locks: Locks;
  readonly #fates: Fates;
  readonly #sessions: Sessions;
  readonly #followers: Followers;
  readonly #fromControllers: FromControllers;
  readonly #fromNodes: FromNodes;
  readonly #toPeers: ToPeers;

  constructor(time: VirtualTime, rules: Rules) {
    const facts = new Facts(time, rules);
    const replies = this.#replies;
    const quotas = new Quotas(facts);
    const own = new OwnCommands(facts, replies);
    const orphans = new Orphans(facts, own);
    const subscriptions = new ModelSubscriptions(facts, replies, own);
    const lanes = new Lanes(facts, (command) => orphans.workEnded(command));
    const locks = new Locks(facts, replies, quotas);
    const fates = new Fates({ facts, replies, lanes, subscriptions });
    const admission = new Admission(facts, quotas, lanes);
    this.facts = facts;
    this.quotas = quotas;
    this.orphans = orphans;
    this.lapses = new Lapses(facts, locks);
    this.#own = own;
    this.#subscriptions = subscriptions;
    this.#lanes = lanes;
    this.#locks = locks;
    this.#fates = fates;
    this.#sessions = new Sessions({ facts, replies, fates, locks, orphans, subscriptions });
    this.#followers = new Followers(facts, replies);
    this.#fromControllers = new FromControllers({ facts, replies, quotas, admission, lanes, locks, fates, subscriptions });
    this.#fromNodes = new FromNodes({ facts, replies, quotas, fates, followers: this.#followers, subscriptions });
    this.#toPeers = new ToPeers({ facts, replies, lanes, fates, own });
    this.doors = new Doors(facts, replies, this.#sessions);
  }
}
