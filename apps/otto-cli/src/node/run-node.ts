import type { OttoError } from '@telepat/otto-protocol';
import type { ChromiumNodeOptions } from '@telepat/otto-node-chromium';
import type { CommandContext } from '../context.js';
import { throwUnlessAskedToEnd, whenAborted } from '../interruption.js';
import { relayAddress } from '../relay/relay-address.js';
import { hostLine } from './host-line.js';
import { ownNodeApi } from './own-node-api.js';
import { ownNodeId } from './own-node-id.js';
import { setAccess } from './set-access.js';

/**
 * Runs a node until the signal is aborted or the relay will not have it any more, and tells each change: a sentence,
 * or with `--json` a line.
 *
 * @throws OttoError why the node did not start or has ended
 */
export async function runNode(context: CommandContext, options: RunNodeOptions): Promise<void> {
  const { io, paths, config } = context;
  const news = new NodeNews(context);
  const { wsUrl, httpUrl, operatorToken } = await relayAddress(context);
  const nodeId = await ownNodeId(config);
  // The browser driver is large, and only this needs it.
  const { startChromiumNode } = await import('@telepat/otto-node-chromium');
  const node = await startChromiumNode({
    relayUrl: wsUrl,
    relayHttpUrl: httpUrl,
    nodeId,
    home: paths.home,
    headless: options.headless,
    ...(options.browser === undefined ? {} : { browserPath: options.browser }),
    ...(options.profile === undefined ? {} : { profileDir: options.profile }),
    env: io.env,
    platform: io.platform,
    signal: io.signal,
    onProgress: (sentence) => news.progress(sentence),
    onState: (state) => news.state(state),
    onLog: (entry) => news.log(entry),
    onPairingCode: (code, expiresAt, problem) => news.code(code, expiresAt, problem),
    ...(operatorToken === undefined ? {} : { approve: approver({ httpUrl, operatorToken }, news) }),
  });
  try {
    if (options.grant !== undefined) {
      const { clientId } = await setAccess(await ownNodeApi(context), { client: options.grant, grant: true });
      news.tell({ event: 'granted', clientId }, `${clientId} may command this node.`);
    }
    news.tell({ event: 'ready', nodeId }, `The node ${nodeId} takes commands. Ctrl+C ends it.`);
    const reason = await Promise.race([node.closed, whenAborted(io.signal)]);
    if (reason !== undefined) throw reason;
  } finally {
    await node.stop();
  }
  news.tell({ event: 'stopped', nodeId }, 'The node and its browser have ended.');
  throwUnlessAskedToEnd(io.signal.reason);
}

/** The relay on this machine is the user's own, and has proved it: the node needs no other approval. */
function approver(relay: { httpUrl: string; operatorToken: string }, news: NodeNews): (code: string) => Promise<void> {
  return async (code) => {
    const { OttoHttpApi } = await import('@telepat/otto-sdk');
    await new OttoHttpApi({ baseUrl: relay.httpUrl, bearer: relay.operatorToken }).pairing.approve({ code });
    news.tell({ event: 'paired', code }, `Paired with code ${code}, approved with the operator token of this relay.`);
  };
}

/** What the node tells of itself, each thing once. */
class NodeNews {
  readonly #context: CommandContext;
  #wasReady = false;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  tell(event: NodeEvent, sentence: string): void {
    this.#context.output.answer(event, sentence);
  }

  progress(message: string): void {
    this.tell({ event: 'progress', message }, message);
  }

  code(code: string, expiresAt: number, problem: OttoError | undefined): void {
    if (problem !== undefined) this.#context.output.note(`otto: ${problem.message}`);
    const until = new Date(expiresAt).toLocaleTimeString();
    this.tell(
      { event: 'pairing_code', code, expiresAt },
      `Pairing code: ${code}. Approve it by ${until}: otto pair ${code}`,
    );
  }

  log(entry: NodeLogEntry): void {
    const line = hostLine(entry);
    if (line !== undefined) this.#context.output.note(line);
  }

  /** The first connection is told as `ready`, once there is a grant as well. */
  state(state: NodeState): void {
    if (state.phase === 'connected') {
      if (this.#wasReady) this.tell({ event: 'reconnected' }, 'Connected to the relay again.');
      this.#wasReady = true;
    }
    if (state.phase === 'unanswered') this.tell({ event: 'unanswered' }, 'The relay does not answer for now.');
    if (state.phase !== 'waiting') return;
    const { code, message } = state.error;
    this.tell({ event: 'waiting', code, message, retryInMs: state.retryInMs }, `${message} Trying again.`);
  }
}

type NodeLogEntry = Parameters<NonNullable<ChromiumNodeOptions['onLog']>>[0];
type NodeState = Parameters<NonNullable<ChromiumNodeOptions['onState']>>[0];

/** One line of `otto node start --json`. */
interface NodeEvent {
  readonly event:
    'progress' | 'pairing_code' | 'paired' | 'granted' | 'ready' | 'unanswered' | 'waiting' | 'reconnected' | 'stopped';
  readonly [field: string]: unknown;
}

export interface RunNodeOptions {
  readonly headless: boolean;
  readonly browser: string | undefined;
  readonly profile: string | undefined;
  /** Id or name of a controller that gets a grant. */
  readonly grant: string | undefined;
}
