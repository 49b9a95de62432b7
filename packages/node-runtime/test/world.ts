import { ACTIONS, ERRORS, isErrorCode, type ErrorCategory, type ErrorCode } from '@telepat/otto-protocol';
import { testRelay, type TestController, type TestRelay } from '@telepat/otto-relay-core/testing';
import { networkTo, settled, type MemoryNetwork } from '@telepat/otto-relay-link/testing';
import {
  OttoNode,
  SiteCommandRegistry,
  type NodeLogEntry,
  type SiteCommand,
  type SiteCommandSource,
} from '../src/index.js';
import { ScriptedDriver, type PageScript } from '../src/testing/index.js';

const SITE: Readonly<Record<string, PageScript>> = {
  'https://a.test/': {
    title: 'A',
    text: 'Text of A',
    raw_html: '<h1>A</h1><p>😀!</p>',
    clean_html: '<h1>A</h1>',
    markdown: '# A',
    elements: { h1: 'Heading' },
  },
  'https://b.test/': { title: 'B', text: 'Text of B', status: 404 },
  'https://down.test/': { fails: 'navigation_failed' },
  'https://bug.test/': { breaks: new Error('a secret of the machine') },
};

/** A node with a scripted browser at a relay in memory, and alice and bob, who may command it. */
export async function nodeWorld(
  site: Readonly<Record<string, PageScript>> = SITE,
  siteCommands: readonly SiteCommand[] | SiteCommandSource = [],
): Promise<NodeWorld> {
  const scopes = ['primitive.*', 'command.*', 'listener.*', 'logs.read'];
  const relay = await testRelay({ scopes, grants: { alice: ['n1'], bob: ['n1'] } });
  const network = networkTo(relay.relay);
  const token = await relay.token({ role: 'node', nodeId: 'n1', scopes: [] });
  const world = new NodeWorld({ relay, network, token, driver: new ScriptedDriver(site), siteCommands });
  world.node.start();
  await world.node.ready();
  world.alice = await relay.controller('alice');
  world.bob = await relay.controller('bob');
  return world;
}

export class NodeWorld {
  readonly relay: TestRelay;
  readonly network: MemoryNetwork;
  readonly driver: ScriptedDriver;
  readonly log: NodeLogEntry[] = [];
  /** The phases that the node was told to be in. */
  readonly states: string[] = [];
  readonly node: OttoNode;
  alice!: TestController;
  bob!: TestController;
  #ids = 0;

  constructor(parts: WorldParts) {
    this.driver = parts.driver;
    this.relay = parts.relay;
    this.network = parts.network;
    this.node = new OttoNode({
      nodeId: 'n1',
      url: 'ws://relay',
      clock: parts.relay.clock,
      random: () => 0.5,
      newId: (prefix) => `${prefix}_of_node_${(this.#ids += 1)}`,
      openSocket: parts.network.openSocket,
      tokens: { accessToken: () => Promise.resolve(parts.token) },
      driver: this.driver,
      siteCommands: sourceOf(parts.siteCommands),
      encodeBase64: (bytes) => `base64 of ${bytes.join(',')}`,
      decodeBase64: (text) => Uint8Array.from(text, (char) => char.charCodeAt(0)),
      onState: ({ phase }) => this.states.push(phase),
      onLog: (entry) => this.log.push(entry),
    });
  }

  /** Sends a command of a controller and gives the payload of its terminal frame. */
  async run(controller: TestController, action: string, input: object = {}, tab?: string): Promise<Answer> {
    const requestId = this.send(controller, action, input, tab);
    await settled();
    return this.answer(controller, requestId);
  }

  send(controller: TestController, action: string, input: object = {}, tab?: string, timeoutMs?: number): string {
    return controller.queue('n1', {
      action,
      input: { ...input },
      ...(tab === undefined ? {} : { tab }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  /** The payload of the one terminal frame of a command. */
  answer(controller: TestController, requestId: string): Answer {
    const terminals = controller.terminals(requestId);
    if (terminals.length !== 1) throw new Error(`${requestId} has ${terminals.length} terminal frames`);
    const answer: Answer = { data: {}, ...terminals[0]?.payload };
    requireDescribed(answer);
    return answer;
  }

  /** Lets time pass in which everybody stays connected. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= SIGN_OF_LIFE_MS) {
      this.relay.pass(Math.min(left, SIGN_OF_LIFE_MS));
      await settled();
    }
  }

  /** Opens a tab for a controller and gives its name. */
  async open(controller: TestController, url = 'https://a.test/'): Promise<string> {
    const { data } = await this.run(controller, 'primitive.tab.open', { url });
    return String(data['tabSessionId']);
  }
}

function sourceOf(commands: WorldParts['siteCommands']): SiteCommandSource {
  if ('current' in commands) return commands;
  return { current: () => Promise.resolve(new SiteCommandRegistry(commands)) };
}

/** Often enough for every heartbeat. */
const SIGN_OF_LIFE_MS = 5_000;

/** Whoever writes a client reads in the descriptor of an action what it may answer: no other code is to come. */
function requireDescribed({ action, code }: Answer): void {
  const descriptor = Object.entries(ACTIONS).find(([name]) => name === action)?.[1];
  if (descriptor === undefined || typeof code !== 'string' || !isErrorCode(code)) return;
  const errors: readonly ErrorCode[] = descriptor.errors;
  const isOfAll = OF_ALL_ACTIONS.has(code) || OF_THE_WAY.has(ERRORS[code].category);
  if (isOfAll || errors.includes(code)) return;
  throw new Error(`${String(action)} answered ${code}, which its descriptor does not name.`);
}

const OF_ALL_ACTIONS: ReadonlySet<ErrorCode> = new Set([
  'invalid_action_input',
  'action_not_supported',
  'internal_error',
  'command_cancelled',
]);
const OF_THE_WAY: ReadonlySet<ErrorCategory> = new Set(['auth', 'routing', 'lock_conflict', 'timeout']);

type Answer = { readonly [field: string]: unknown; readonly data: Readonly<Record<string, unknown>> };

interface WorldParts {
  readonly relay: TestRelay;
  readonly network: MemoryNetwork;
  readonly token: string;
  readonly driver: ScriptedDriver;
  readonly siteCommands: readonly SiteCommand[] | SiteCommandSource;
}
