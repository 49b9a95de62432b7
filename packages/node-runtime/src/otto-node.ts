import { CLOSE_CODES, type Envelope } from '@telepat/otto-protocol';
import {
  RelayLink,
  type Clock,
  type LinkSetup,
  type LinkState,
  type Random,
  type Timer,
} from '@telepat/otto-relay-link';
import { CAPABILITIES } from './action-table.js';
import { DurableRecords } from './durable-records.js';
import { FrameLimit } from './frame-limit.js';
import { ListenerTable } from './listener-table.js';
import { LiveCommands } from './live-commands.js';
import type { LogToHost, NodeLogEntry } from './node-log.js';
import { nodeStateOf, type NodeState } from './node-state.js';
import { OutcomeDelivery } from './outcome-delivery.js';
import { closePage } from './page-life.js';
import type { BrowserDriver } from './ports.js';
import { RelayLog } from './relay-log.js';
import { STOP_MS_MAX } from './run-command.js';
import { SiteCommandRegistry, type SiteCommandSource } from './site-commands/site-command-registry.js';
import { TabRegistry } from './tab-registry.js';

/**
 * A node: commands come in from the relay, run in the tabs of one browser, and go out as outcomes. What ends while the
 * connection is away is delivered when it is back.
 *
 * @example
 * const node = new OttoNode({ nodeId, url: 'ws://127.0.0.1:8787', tokens, driver, ...host });
 * node.start();
 * await node.ready();
 */
export class OttoNode {
  readonly #link: RelayLink;
  readonly #commands: LiveCommands;
  readonly #tabs: TabRegistry;
  readonly #listeners: ListenerTable;
  readonly #clock: Clock;
  readonly #limit = new FrameLimit();
  readonly #outcomes: OutcomeDelivery;
  readonly #relayLog: RelayLog;
  readonly #onLog: LogToHost;
  readonly #onState: (state: NodeState) => void;
  #state: NodeState = { phase: 'stopped' };
  /** Since when the connection is lost, in the clock's ticks, and why. */
  #loss: { readonly since: number; readonly code: string } | undefined;

  constructor(options: OttoNodeOptions) {
    const { clock, driver, encodeBase64, decodeBase64, newId, nodeId } = options;
    const { siteCommands = NO_SITE_COMMANDS } = options;
    this.#clock = clock;
    this.#onLog = options.onLog ?? (() => {});
    this.#onState = options.onState ?? (() => {});
    this.#tabs = new TabRegistry({ newId, clock });
    this.#listeners = new ListenerTable({
      clock,
      limit: this.#limit,
      newId,
      send: (text) => this.#send(text),
      isConnected: () => this.#link.state.phase === 'ready',
      bufferedBytes: () => this.#link.bufferedBytes,
      reportBug: (error, requestId) => this.log({ level: 'error', type: 'internal_error', requestId, error }),
    });
    const records = new DurableRecords(clock);
    this.#relayLog = new RelayLog({
      newId,
      now: () => this.#link.relayNow(),
      send: (text) => this.#send(text),
    });
    this.#outcomes = new OutcomeDelivery({
      records,
      limit: this.#limit,
      log: (entry) => this.log(entry),
      send: (text, received) => this.#send(text, received),
    });
    this.#commands = new LiveCommands({
      clock,
      records,
      limit: this.#limit,
      log: (entry) => this.log(entry),
      tools: {
        clock,
        driver,
        encodeBase64,
        decodeBase64,
        tabs: this.#tabs,
        listeners: this.#listeners,
        siteCommands,
      },
      onOutcome: (command, terminal) => {
        this.#outcomes.deliver(command, terminal);
        this.#listeners.outcomeGiven(command, { isOk: terminal.outcome.messageType === 'result' });
      },
    });
    this.#link = new RelayLink({
      ...options,
      role: 'node',
      hello: { nodeId, instanceId: newId('ins'), capabilities: CAPABILITIES },
      onFrame: (frame) => this.#onFrame(frame),
      onState: (state) => this.#onLinkState(state),
      onAnswering: () => this.#tellState(),
    });
  }

  /** What is true of the connection to the relay now. */
  get state(): NodeState {
    return nodeStateOf(this.#link.state, this.#link);
  }

  /** Connects to the relay, and again whenever the connection is lost. */
  start(): void {
    this.#link.start();
  }

  /** Resolves when the relay knows the node; rejects as soon as the try that is under way fails. */
  ready(): Promise<void> {
    return this.#link.ready();
  }

  /** Ends what runs, tells the relay so, closes the node's tabs, and leaves. The driver stays open: it is its owner's. */
  async stop(): Promise<void> {
    await this.#commands.stopAll();
    await this.#closeTabs();
    await this.#link.close();
  }

  /** Notes something about the node: its host hears of it, and so does the relay, as soon as it is there. */
  log(entry: NodeLogEntry): void {
    this.#onLog(entry);
    this.#relayLog.write(entry);
  }

  /** A browser that hangs must not keep the node from leaving; what is still open ends with its driver. */
  async #closeTabs(): Promise<void> {
    this.#tabs.refusePopups(() => true);
    // Subscriptions end with their tabs, and say so; one whose tab hangs ends all the same.
    const closed = Promise.allSettled(this.#tabs.list().map(({ page }) => closePage(page))).then(() =>
      this.#listeners.endAll(),
    );
    let patience: Timer | undefined;
    const enough = new Promise<void>((resolve) => (patience = this.#clock.after(STOP_MS_MAX, resolve)));
    await Promise.race([closed, enough]);
    patience?.cancel();
  }

  /** False when there is no connection; `received` runs when the relay has surely got it. */
  #send(text: string, received?: () => void): boolean {
    if (this.#link.state.phase !== 'ready') return false;
    const arrived = this.#limit.sent(text);
    if (arrived === undefined) return this.#link.send(text, received);
    return this.#link.send(text, () => {
      arrived();
      received?.();
    });
  }

  #onFrame(frame: Envelope): void {
    switch (frame.messageType) {
      case 'command':
        this.#outcomes.idIsTaken(frame.requestId);
        this.#commands.accept(frame);
        return;
      case 'command_cancel':
        this.#commands.cancel(frame);
        return;
      case 'event':
        this.#commands.putOff(frame);
        return;
      case 'error':
        this.#onError(frame);
        return;
      default:
        // Nothing else is meant for a node; what a newer relay may add can be left unread.
        return;
    }
  }

  #onError({ requestId, payload }: Envelope): void {
    const { code } = codeOf(payload);
    // Of a subscription that ended over there, every update that was under way is answered so.
    if (this.#listeners.refused(requestId, code)) return;
    this.log({ level: 'warn', type: 'relay_error', requestId, ...codeOf(payload) });
  }

  #onLinkState(state: LinkState): void {
    if (state.phase === 'waiting') this.#lost(state);
    if (state.phase === 'ready') this.#returned();
    // Whoever has left for good hears nothing any more.
    if (state.phase === 'closed') {
      this.#limit.connectionLost({ wasTooLarge: false });
      void this.#listeners.endAll();
    }
    this.#tellState();
  }

  #lost({ error, closeCode }: Extract<LinkState, { phase: 'waiting' }>): void {
    if (this.#state.phase === 'connected' || this.#state.phase === 'unanswered') {
      this.#loss = { since: this.#clock.ticks(), code: error.code };
    }
    const wasTooLarge = closeCode === CLOSE_CODES.frame_too_large;
    if (!this.#limit.connectionLost({ wasTooLarge })) return;
    this.#outcomes.limitChanged();
    this.log({ level: 'warn', type: 'frame_limit_learned', bytesMax: this.#limit.bytesMax });
  }

  #returned(): void {
    this.#outcomes.linkReturned();
    this.#listeners.linkReturned();
    if (this.#loss !== undefined) {
      const durationMs = Math.round(this.#clock.ticks() - this.#loss.since);
      this.log({ level: 'info', type: 'connection_restored', code: this.#loss.code, durationMs });
    }
    this.#loss = undefined;
    this.#relayLog.linkReturned();
  }

  /** Tells each change of the state once. */
  #tellState(): void {
    const { state } = this;
    const isNews = state.phase !== this.#state.phase || state.phase === 'waiting';
    this.#state = state;
    if (isNews) this.#onState(state);
  }
}

const NO_SITE_COMMANDS: SiteCommandSource = { current: () => Promise.resolve(new SiteCommandRegistry()) };

function codeOf(payload: unknown): { code?: string } {
  const hasCode = typeof payload === 'object' && payload !== null && 'code' in payload;
  return hasCode && typeof payload.code === 'string' ? { code: payload.code } : {};
}

/** The node's name, its way to the relay, and its browser. */
export interface OttoNodeOptions extends Omit<LinkSetup, 'role' | 'hello'> {
  readonly nodeId: string;
  readonly random: Random;
  readonly driver: BrowserDriver;
  /** What the node can do at sites; without it, nothing. */
  readonly siteCommands?: SiteCommandSource;
  /** Base64 of bytes, as the host does it best. */
  encodeBase64(bytes: Uint8Array): string;
  /** The bytes of a text that is known to be base64. */
  decodeBase64(text: string): Uint8Array;
  /** Told of each change of the state. */
  readonly onState?: (state: NodeState) => void;
  readonly onLog?: LogToHost;
}
