import { OttoError, type HttpInterceptUpdate, type ListenerOptions } from '@telepat/otto-protocol';
import type { ListenerUpdates, Missed, OttoClient } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { chooseNode } from '../controller/choose-node.js';
import { withController } from '../controller/with-controller.js';
import { unlessAborted } from '../interruption.js';
import type { Output } from '../output.js';
import { SubscriptionRecords, type SubscriptionClaim } from './subscription-records.js';
import { updateLine } from './update-line.js';

const LISTENER = 'network.http_intercept';

/** What may wait for whoever reads us, in bytes of bodies and in updates. */
const WAITING_BYTES_MAX = 64_000_000;
const WAITING_UPDATES_MAX = 1_000;

/**
 * Prints what a tab loads, an update a line, until Ctrl+C, until `otto listener unsubscribe` or until the tab goes.
 * However it ends, the subscription ends with it.
 *
 * @throws OttoError `tab_closed`, `tab_crashed`; why it was refused, or lost
 */
export async function followNetwork(context: CommandContext, wish: NetworkWish): Promise<void> {
  const { io, config } = context;
  const ofThisMachine = (await config.read()).nodeId;
  const asked = new AbortController();
  const signal = AbortSignal.any([io.signal, asked.signal]);
  const claims: SubscriptionClaim[] = [];
  try {
    await withController(context, { keepTabsMs: wish.keepTabs }, async (client) => {
      const nodeId = await chooseNode(client, { named: wish.nodeId, ofThisMachine });
      const updates = await subscribe(context.output, { ...wish, client, nodeId, signal });
      const claim = await claimOf(context, { ...wish, nodeId });
      if (claim !== undefined) {
        claims.push(claim);
        claim.whenAsked(signal).then(() => asked.abort(), endedOtherwise);
        context.output.note(`otto: ${claim.id} listens; Ctrl+C or otto listener unsubscribe ${claim.id} ends it.`);
      }
      await print(context.output, updates, () => unlessAborted(signal, io.stdout.drained()).catch(endedOtherwise));
    });
  } finally {
    asked.abort();
    // Whoever asked for the end waits for this: the relay knows of it by now.
    for (const claim of claims) await claim.remove();
  }
  io.signal.throwIfAborted();
}

async function subscribe(output: Output, { client, nodeId, signal, ...wish }: Subscribing): Promise<NetworkUpdates> {
  const updates = client.listeners.subscribe({
    ...{ nodeId, signal, listener: LISTENER, options: wish.options },
    timeoutMs: wish.timeout,
    bufferMax: waitingMax(wish.options),
    onMissed: (missed) => output.note(missedLine(missed)),
  });
  await updates.ready;
  return updates;
}

/** Undefined where the disk takes nothing: then other commands do not see it, and that is no reason not to listen. */
async function claimOf(
  { paths, output }: CommandContext,
  { options, nodeId }: Claiming,
): Promise<SubscriptionClaim | undefined> {
  const { tabSessionId, site, mode = 'network' } = options;
  const facts = { startedAt: Date.now(), listener: LISTENER, nodeId, tabSessionId, site, mode };
  try {
    return await new SubscriptionRecords(paths.listeners).add(facts);
  } catch (error) {
    if (!(error instanceof OttoError)) throw error;
    output.note(`otto: it listens, and otto listener list does not show it: ${error.message} Ctrl+C ends it.`);
    return undefined;
  }
}

/** No faster than they are taken: what waits behind that has its limit at the near end of the subscription. */
async function print(output: Output, updates: NetworkUpdates, drained: () => Promise<void>): Promise<void> {
  for await (const update of updates) {
    output.answer(update, updateLine(update));
    if (update.updateType === 'network.detached') throw goneError(update.data);
    await drained();
  }
}

/** So many updates may wait that their bodies together have a limit; each is as long as it may be. */
function waitingMax({ includeBody = true, maxBodyBytes = 256_000 }: NetworkOptions): number {
  const bytes = includeBody ? maxBodyBytes + BYTES_BESIDE_BODY : BYTES_BESIDE_BODY;
  return Math.min(WAITING_UPDATES_MAX, Math.max(1, Math.floor(WAITING_BYTES_MAX / bytes)));
}

const BYTES_BESIDE_BODY = 64_000;

function goneError({ error, tabSessionId }: HttpInterceptUpdate): OttoError {
  return new OttoError(error === 'tab_crashed' ? 'tab_crashed' : 'tab_closed', { tabSessionId });
}

function missedLine(missed: Missed): string {
  if (missed.reason === 'interrupted') return 'otto: the connection was lost and is back; updates may be missing.';
  const whose = missed.reason === 'relay_busy' ? 'the connection' : 'the reader of this output';
  return `otto: ${missed.count} updates are missing: ${whose} is too slow.`;
}

/** The loop over the updates ends by the same signal. */
function endedOtherwise(): void {}

type NetworkOptions = Omit<ListenerOptions<typeof LISTENER>, 'tabSessionId' | 'site'>;
type NetworkUpdates = ListenerUpdates<typeof LISTENER>;

/** What is to be listened to, and how. */
export interface NetworkWish {
  readonly options: ListenerOptions<typeof LISTENER>;
  readonly nodeId: string | undefined;
  readonly timeout: number | undefined;
  readonly keepTabs: number | undefined;
}

interface Subscribing extends NetworkWish {
  readonly client: OttoClient;
  readonly nodeId: string;
  readonly signal: AbortSignal;
}

interface Claiming extends Pick<NetworkWish, 'options'> {
  readonly nodeId: string;
}
