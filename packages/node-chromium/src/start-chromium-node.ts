import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { NODE_ID_PATTERN, OttoError } from '@telepat/otto-protocol';
import {
  NodePairing,
  OttoNode,
  type NodeState,
  type NodeTokens,
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
import { until } from './until.js';

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
  readonly #tokens: NodeTokens;
  readonly #pairing: NodePairing;
  readonly #node: OttoNode;
  #isRunning = false;
  #stopping: Promise<void> | undefined;
  #tellClosed: (reason: OttoError | undefined) => void = () => {};

  constructor(options: ChromiumNodeOptions, driver: ChromiumDriver) {
    const { nodeId } = options;
    this.nodeId = nodeId;
    this.#options = options;
    this.#driver = driver;
    this.#tokens = nodeTokens({ ...options, log: (entry) => this.#node.log(entry) });
    this.#pairing = new NodePairing({
      nodeId,
      http: relayHttp(options.relayHttpUrl),
      tokens: this.#tokens,
      clock: hostClock,
      onCode: (challenge) => void this.#onCode(challenge),
    });
    this.#node = new OttoNode({
      nodeId,
      url: options.relayUrl,
      tokens: this.#tokens,
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
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
  }

  /** Resolves when the relay takes the node for ready. Tokens that the relay does not know are replaced once. */
  async begin(): Promise<void> {
    const { signal } = this.#options;
    for (let isPaired = await this.#tokens.isPaired(); ; isPaired = false) {
      if (!isPaired) await this.#pairing.pair(signal);
      const refusal = await this.#connect(signal === undefined ? [] : [signal]);
      if (refusal === undefined) break;
      if (!isPaired || !NO_LONGER_PAIRED.has(refusal.code)) throw refusal;
      await this.#tokens.forget();
    }
    this.#isRunning = true;
    signal?.addEventListener('abort', () => void this.stop(), { once: true });
  }

  stop(): Promise<void> {
    this.#isRunning = false;
    this.#stopping ??= this.#end(undefined);
    return this.#stopping;
  }

  /** Undefined when the node is ready; the reason when the relay will not have it. */
  async #connect(signals: readonly AbortSignal[]): Promise<OttoError | undefined> {
    this.#node.start();
    for (;;) {
      try {
        await until(this.#node.ready(), signals);
        return undefined;
      } catch (error) {
        const { state } = this.#node;
        if (signals.some((signal) => signal.aborted)) throw error;
        if (state.phase === 'stopped') return OttoError.from(state.error ?? error);
        // The link tries again by itself.
      }
    }
  }

  async #onCode({ code, expiresAt }: PairingChallenge): Promise<void> {
    try {
      if (this.#options.approve === undefined) this.#options.onPairingCode?.(code, expiresAt);
      else await this.#options.approve(code);
    } catch (error) {
      // Somebody else may still approve it.
      this.#options.onPairingCode?.(code, expiresAt, OttoError.from(error));
    }
  }

  #onState(state: NodeState): void {
    this.#options.onState?.(state);
    if (state.phase !== 'stopped' || !this.#isRunning) return;
    // The relay will not have this node any more; without it the browser is of no use.
    this.#isRunning = false;
    this.#stopping = this.#end(state.error);
  }

  async #end(reason: OttoError | undefined): Promise<void> {
    try {
      await this.#node.stop();
    } finally {
      await this.#driver.close();
      this.#tellClosed(reason);
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
  /** Shows a code (`NNN-NNN`) that somebody has to approve before `expiresAt` (epoch milliseconds). */
  readonly onPairingCode?: (code: string, expiresAt: number, whyNotApproved?: OttoError) => void;
  readonly onState?: (state: NodeState) => void;
  readonly onLog?: LogToHost;
}
