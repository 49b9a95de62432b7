import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The connections that are not WebSockets, or not yet. When there are too many, the oldest that is not being answered
 * gives way, so that strangers who open connections and say little or nothing lock nobody out.
 */
export class PlainConnections {
  readonly #countMax: number;
  /** Oldest first. */
  readonly #open = new Set<Duplex>();
  readonly #beingAnswered = new Set<Duplex>();

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** Follows the connections of a server from here on. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#add(socket));
    server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => this.#open.delete(socket));
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#beingAnswered.add(socket);
      response.once('close', () => this.#beingAnswered.delete(socket));
    });
  }

  #add(socket: Socket): void {
    if (this.#open.size >= this.#countMax) this.#makeRoom();
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#beingAnswered.delete(socket);
    });
  }

  #makeRoom(): void {
    const [oldest] = this.#open;
    const leaves = this.#firstIdle() ?? oldest;
    if (leaves === undefined) return;
    this.#open.delete(leaves);
    leaves.destroy();
  }

  #firstIdle(): Duplex | undefined {
    for (const socket of this.#open) if (!this.#beingAnswered.has(socket)) return socket;
    return undefined;
  }
}
