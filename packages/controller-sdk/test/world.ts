import type { TestRelay, TestRelayOptions } from '@telepat/otto-relay-core/testing';
import { testRelay } from '@telepat/otto-relay-core/testing';
import { ScriptedNode, type ReceivedCommand, type ScriptedAnswer } from '@telepat/otto-node-runtime/testing';
import { MemoryNetwork, networkTo, type FarEnd } from '@telepat/otto-relay-link/testing';
import { OttoClient, type ConnectOptions, type Platform } from '../src/index.js';

/** A relay in memory, where alice may command n1, and ways to join it. */
export async function sdkWorld(options: TestRelayOptions = {}): Promise<SdkWorld> {
  const relay = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] }, ...options });
  return new SdkWorld(relay);
}

export class SdkWorld {
  readonly relay: TestRelay;
  readonly network: MemoryNetwork;
  readonly platform: Platform;
  /** Nobody answers who opens a socket now. */
  isDown = false;
  #ids = 0;

  constructor(relay: TestRelay) {
    this.relay = relay;
    this.network = networkTo(relay.relay);
    const nowhere = new MemoryNetwork((far) => far.close(1_006, 'nobody is there'));
    this.platform = {
      clock: relay.clock,
      random: () => 0.5,
      newId: (prefix) => `${prefix}_of_test_${(this.#ids += 1)}`,
      fetch: () => Promise.reject(new Error('there is no HTTP in this world')),
      openSocket: (...socket) => (this.isDown ? nowhere : this.network).openSocket(...socket),
    };
  }

  async connect(clientId = 'alice', options: Partial<ConnectOptions> = {}): Promise<OttoClient> {
    const accessToken = await this.token(clientId);
    return OttoClient.connect({ relayUrl: 'ws://relay', clientId, accessToken, platform: this.platform, ...options });
  }

  token(clientId: string): Promise<string> {
    return this.relay.token({ role: 'controller', clientId, controllerId: `ctl_${clientId}`, scopes: [] });
  }

  /** A node that answers every command as told. */
  async node(answer: (command: ReceivedCommand) => ScriptedAnswer, nodeId = 'n1'): Promise<ScriptedNode> {
    const accessToken = await this.relay.token({ role: 'node', nodeId, scopes: [] });
    const { clock, random, newId, openSocket } = this.platform;
    const tokens = { accessToken: () => Promise.resolve(accessToken) };
    const node = new ScriptedNode({ nodeId, answer, url: 'ws://relay', clock, random, newId, openSocket, tokens });
    await node.start();
    return node;
  }

  /** The relay's end of the newest socket. */
  get newestSocket(): FarEnd {
    return this.network.newest;
  }
}
