import type { ActionInput, ActionName, ActionOutput, LogEntry } from '@telepat/otto-protocol';
import type { ConnectedNodesReply } from '@telepat/otto-protocol/http';
import { platform as hostPlatform } from '#platform';
import type { ClientStatus, StatusListener } from './client-status.js';
import { ClientTokens, type Credentials } from './client-tokens.js';
import type { CommandOptions } from './command.js';
import { followCommand } from './command-stream.js';
import { OttoHttpApi, type LogFilter } from './http-api.js';
import { subscribe, type ListenerUpdates, type SubscribeOptions } from './listener-subscription.js';
import { LogFollow, type FollowOptions } from './log-follow.js';
import { nodeHandle, type NodeHandle } from './node-handle.js';
import type { CommandResult } from './outcome.js';
import type { Platform } from './platform/platform.js';
import { relayUrls } from './relay-urls.js';
import { runCommand } from './repeat-command.js';
import { Session } from './session.js';
import { SiteCommands } from './site-commands.js';
import { TabLease } from './tab-lease.js';
import type { Updates } from './update-stream.js';

/** How long `connect` tries. */
export const CONNECT_TIMEOUT_MS_DEFAULT = 15_000;

/**
 * A controller that is connected to a relay. It connects again by itself when the connection is lost; commands that
 * were under way then fail with `relay_disconnected`, and say in `effect` whether they may have had one. Those with an
 * `idempotencyKey` are submitted again instead, within their `timeoutMs`.
 *
 * Every promise settles, whatever becomes of the connection. Every failure is an `OttoError`: `code` (the relay's, or a
 * node's own), `category`, `retryable`, `effect`, `requestId` and `actionableHint` say what happened and what to do.
 *
 * @example
 * const client = await OttoClient.connect({ relayUrl: 'ws://127.0.0.1:8787', clientId, clientSecret });
 * const tab = await client.node('node_a').tabs.open('https://example.com');
 * console.log((await tab.markdown()).content);
 * await client.close();
 */
export class OttoClient {
  readonly #session: Session;
  readonly #logFollow: LogFollow;
  readonly #http: OttoHttpApi;
  readonly #clientId: string | undefined;
  #unwish: () => void = () => {};

  private constructor(parts: { session: Session; http: OttoHttpApi; clientId: string | undefined }) {
    this.#session = parts.session;
    this.#logFollow = new LogFollow(parts.session);
    this.#http = parts.http;
    this.#clientId = parts.clientId;
  }

  /**
   * Connects and authenticates, with the client's secret or with tokens.
   *
   * @throws OttoError `relay_unreachable`, or what the relay said against the credentials.
   * @example await using client = await OttoClient.connect({ relayUrl, clientId, clientSecret });
   */
  static async connect(options: ConnectOptions): Promise<OttoClient> {
    const platform = options.platform ?? hostPlatform;
    const { clock, fetch } = platform;
    const urls = relayUrls(options.relayUrl);
    const tokens = new ClientTokens(options, {
      http: new OttoHttpApi({ baseUrl: urls.http, clock, fetch }),
      clock,
      newKey: () => platform.newId('req'),
    });
    const session = new Session({ url: urls.ws, tokens, platform });
    await session.open({ timeoutMs: options.timeoutMs ?? CONNECT_TIMEOUT_MS_DEFAULT, signal: options.signal });
    const http = new OttoHttpApi({ baseUrl: urls.http, clock, fetch, bearer: (wish) => tokens.accessToken(wish) });
    return new OttoClient({ session, http, clientId: options.clientId });
  }

  /** The registered client that this controller is, where `connect` was told. */
  get clientId(): string | undefined {
    return this.#clientId;
  }

  /** The name of this login. */
  get controllerId(): string | undefined {
    return this.#session.identity?.controllerId;
  }

  /** What this controller may do. */
  get scopes(): readonly string[] {
    return this.#session.identity?.scopes ?? [];
  }

  /**
   * What is going on with the connection: `connecting`, `connected`, `reconnecting` (with the reason, and when it tries
   * again) or `closed`.
   *
   * @example if (client.status.phase === 'reconnecting') console.log(client.status.error.message);
   */
  get status(): ClientStatus {
    return this.#session.status.current;
  }

  /**
   * Tells `listener` of each change of {@link status}. Returns how to stop it.
   *
   * @example const stop = client.on('status', ({ phase }) => console.log(phase));
   */
  on(_event: 'status', listener: StatusListener): () => void {
    return this.#session.status.on(listener);
  }

  readonly nodes = {
    /**
     * The connected nodes that this controller may command.
     *
     * @example const [node] = await client.nodes.list();
     */
    list: async (options: { detail?: boolean } = {}): Promise<ConnectedNodesReply['nodes']> =>
      (await this.#http.nodes.connected(options)).nodes,
  };

  /** The site commands of nodes: `list`, `run`, `test`, `follow`. */
  readonly commands = new SiteCommands({
    send: (action, input, options) => this.send(action, input, options),
    follow: (command, options) => followCommand(this.#session, command, options),
  });

  readonly listeners = {
    /**
     * Subscribes to a listener of a node and gives its updates, to be iterated over once. `break` unsubscribes. After a
     * lost connection it subscribes again, and `onMissed` is told.
     *
     * @example
     * for await (const { data } of client.listeners.subscribe({ nodeId, listener: 'network.http_intercept', options })) {
     *   console.log(data);
     * }
     */
    subscribe: <L extends string>(options: SubscribeOptions<L>): ListenerUpdates<L> =>
      subscribe(this.#session, options),
  };

  /** Pairing of nodes over HTTP, with this client's token: `request`, `pending`, `approve`, `status`. */
  get pairing(): OttoHttpApi['pairing'] {
    return this.#http.pairing;
  }

  /** Who may command a node, over HTTP: `list`, `set`. Only a client that speaks for the node itself is let in. */
  get access(): OttoHttpApi['access'] {
    return this.#http.access;
  }

  readonly logs = {
    /**
     * Gives new entries of the operation log as they are written, as far as this client may see them (scope
     * `logs.read`), to be iterated over once. `break` ends it.
     *
     * @example for await (const entry of client.logs.follow({ source: 'node' })) console.log(entry.type);
     */
    follow: (options: FollowOptions = {}): Updates<LogEntry> => this.#logFollow.follow(options),
    /** Entries that are on record. @example await client.logs.query({ level: 'error', latest: 20 }) */
    query: async (filter: LogFilter = {}): Promise<LogEntry[]> => (await this.#http.logs.query(filter)).logs,
  };

  /**
   * One node, to command it. Nothing is sent yet.
   *
   * @example const tab = await client.node('node_desk').tabs.open('https://example.com');
   */
  node(nodeId: string): NodeHandle {
    return nodeHandle(nodeId, {
      send: (action, input, options) => this.send(action, input, { ...options, nodeId }),
      lock: (options) => TabLease.take(this.#session, { ...options, nodeId }),
    });
  }

  /**
   * Sends one command and settles with its outcome. Input and data of the actions in the catalogue are typed; other
   * actions are sent as they are.
   *
   * @throws OttoError what the relay or the node said; `relay_disconnected` or `client_timeout` when nobody could
   * @example
   * const { data } = await client.send('primitive.tab.query', {}, { nodeId, signal: AbortSignal.timeout(5_000) });
   */
  async send<A extends string>(
    action: A,
    input: InputOf<A>,
    options: CommandOptions,
  ): Promise<CommandResult<OutputOf<A>>> {
    const result = await runCommand(this.#session, { ...options, action, input });
    // A node answers as the descriptor of the action says; the relay does not look into it, and neither do we.
    return result as CommandResult<OutputOf<A>>;
  }

  /**
   * Asks the relay to keep this controller's tabs for a while after it left, for the next one of the same client; 10
   * minutes unless told otherwise, and at most. Gives whether the relay could be told: while the connection is away, it
   * is told when that is back, and a client that leaves before has its tabs closed.
   *
   * @example
   * client.detach({ keepTabsMs: 60_000 });
   * await client.close();
   */
  detach(options: { keepTabsMs?: number } = {}): boolean {
    const session = this.#session;
    const payload = { type: 'session_detach', ...options };
    const wish = (): boolean => session.send('event', payload, { requestId: session.newRequestId() }) > 0;
    // The relay keeps a wish for as long as the connection.
    this.#unwish();
    this.#unwish = session.join({ lost: () => {}, returned: () => void wish() });
    return wish();
  }

  /**
   * Leaves. What is still under way fails with `relay_disconnected`.
   *
   * @example await client.close();
   */
  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The input of an action, where its name is in the catalogue. */
export type InputOf<A extends string> = A extends ActionName ? ActionInput<A> : Readonly<Record<string, unknown>>;

/** The data that an action gives, where its name is in the catalogue. */
export type OutputOf<A extends string> = A extends ActionName ? ActionOutput<A> : unknown;

/** Where the relay is, what to prove oneself with, and how long to try. */
export interface ConnectOptions extends Credentials {
  /** `ws://127.0.0.1:8787`, or the relay's HTTP address. */
  readonly relayUrl: string;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The world, where it is neither Node nor a browser. */
  readonly platform?: Platform | undefined;
}
