import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { NODE_ID_PATTERN, OttoError } from '@telepat/otto-protocol';
import {
  NodePairing,
  OttoNode,
  PairedNode,
  type NodeState,
  type LogToHost,
  type PairingChallenge,
} from '@telepat/otto-node-runtime';
import type { ChromiumDriver } from './chromium-driver.js';
import { FileSiteCommands } from './file-site-commands.js';
import { hostClock } from './host-clock.js';
import { launchChromiumDriver, type ChromiumOptions } from './launch-chromium-driver.js';
import { nodeTokens } from './node-tokens.js';
import { openWebSocket } from './open-web-socket.js';
import { relayHttp } from './relay-http.js';

/**
 * Runs a node with a Chromium on this machine: starts the browser, pairs the node with its relay if it is not paired,
 * and resolves when it takes commands. While the relay cannot be reached, it goes on trying.
 *
 * Aborting `signal` before it resolves undoes what was started; afterwards it stops the node.
 */
export async function startChromiumNode(options: ChromiumNodeOptions): Promise<ChromiumNode> {
  if (!NODE_ID_PATTERN.test(options.nodeId)) throw new OttoError('invalid_nodeId');
  const driver = await launchChromiumDriver(options);
  const run = new NodeRun(options, driver);
  try {
    await run.begin();
    return run;
  } catch (error) {
    await run.stop();
    throw error;
  }
}

/** One node's life, from its pairing to the end of its browser. */
class NodeRun implements ChromiumNode {
  readonly nodeId: string;
  readonly closed: Promise<OttoError | undefined>;
  readonly #options: ChromiumNodeOptions;
  readonly #driver: ChromiumDriver;
  readonly #node: OttoNode;
  readonly #membership: PairedNode;
  #stopping: Promise<void> | undefined;
  #tellClosed: (reason: OttoError | undefined) => void = () => {};

  constructor(options: ChromiumNodeOptions, driver: ChromiumDriver) {
    const { nodeId } = options;
    this.nodeId = nodeId;
    this.#options = options;
    this.#driver = driver;
    const tokens = nodeTokens({ ...options, log: (entry) => this.#node.log(entry) });
    const pairing = new NodePairing({
      nodeId,
      http: relayHttp(options.relayHttpUrl),
      tokens,
      clock: hostClock,
      onCode: (challenge, why) => void this.#onCode(challenge, why),
    });
    this.#node = new OttoNode({
      nodeId,
      url: options.relayUrl,
      tokens,
      driver,
      siteCommands: fileSiteCommands(options),
      openSocket: openWebSocket,
      clock: hostClock,
      random: Math.random,
      newId: (prefix) => `${prefix}_${randomId()}`,
      encodeBase64: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
      decodeBase64: (text) => Buffer.from(text, 'base64'),
      onState: (state) => this.#onState(state),
      ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
    });
    this.#membership = new PairedNode({
      node: this.#node,
      tokens,
      pairing,
      clock: hostClock,
      // The relay will not have this node any more; without it the browser is of no use.
      onEnd: (reason) => void (this.#stopping ??= this.#end(reason)),
    });
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
  }

  /** Resolves when the relay takes the node for ready. */
  async begin(): Promise<void> {
    const { signal } = this.#options;
    await this.#membership.begin(signal);
    signal?.addEventListener('abort', () => void this.stop(), { once: true });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end(undefined);
    return this.#stopping;
  }

  /** A node that the relay has put out does not let itself in again. */
  async #onCode({ code, expiresAt }: PairingChallenge, why: OttoError | undefined): Promise<void> {
    try {
      if (why !== undefined || this.#options.approve === undefined) this.#options.onPairingCode?.(code, expiresAt, why);
      else await this.#options.approve(code);
    } catch (error) {
      // Somebody else may still approve it.
      this.#options.onPairingCode?.(code, expiresAt, OttoError.from(error));
    }
  }

  #onState(state: NodeState): void {
    this.#options.onState?.(state);
    this.#membership.stateChanged(state);
  }

  async #end(reason: OttoError | undefined): Promise<void> {
    this.#membership.stop();
    try {
      await this.#node.stop();
    } finally {
      await this.#driver.close();
      this.#tellClosed(reason);
    }
  }
}

/** A user's own site commands, and those that come with this package. */
function fileSiteCommands(options: ChromiumNodeOptions): FileSiteCommands {
  const { home, env, onLog } = options;
  const commands = new FileSiteCommands({
    folder: join(home, 'commands'),
    // One folder up from the sources, from what was built of them, and from a bundle that has them beside it.
    bundled: new URL('../site-commands/', import.meta.url),
    env,
    onProblem: ({ file, reason }) =>
      onLog?.({ level: 'warn', type: 'site_command_unusable', message: `${file}: ${reason}` }),
  });
  // Read now, so that the first command need not wait for it, and what is wrong is told at the start.
  commands.current({}).catch(askedAgain);
  return commands;
}

/** Each command asks again, and fails of the same. */
function askedAgain(): void {}

/** 128 bits that nobody can guess. */
function randomId(): string {
  return randomBytes(16).toString('hex');
}

/** A node that runs. */
export interface ChromiumNode {
  readonly nodeId: string;
  /** Ends what runs, closes the browser, and resolves when nothing is left. */
  stop(): Promise<void>;
  /** Resolves when the node has ended: with the reason, if it was not `stop` that ended it. */
  readonly closed: Promise<OttoError | undefined>;
}

export interface ChromiumNodeOptions extends ChromiumOptions {
  /** `ws://host:port` */
  readonly relayUrl: string;
  /** `http://host:port` */
  readonly relayHttpUrl: string;
  readonly nodeId: string;
  /** Approves the node's own code, where this process may; without it, or when it fails, the code is shown. */
  readonly approve?: (code: string) => Promise<void>;
  /**
   * Shows a code (`NNN-NNN`) that somebody has to approve before `expiresAt` (epoch milliseconds), and why the node could
   * or may not approve it itself: not, when the relay has ended its pairing while it was connected.
   */
  readonly onPairingCode?: (code: string, expiresAt: number, whyNotApproved?: OttoError) => void;
  readonly onState?: (state: NodeState) => void;
  readonly onLog?: LogToHost;
}
