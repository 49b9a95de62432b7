import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chunk, Fate, Side } from './mischief.js';

/** Stands between one side and the relay, at an address that stays when the relay moves, and plays tricks on bytes. */
export class TcpProxy {
  readonly port: number;
  /** Where the relay is now; 0 while it is nowhere. */
  target = 0;
  readonly #server: Server;
  readonly #side: Side;
  readonly #tricks: Tricks;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, options: TcpProxyOptions) {
    this.#server = server;
    this.#side = options.side;
    this.#tricks = options.tricks;
    const { port } = server.address() as AddressInfo;
    this.port = port;
    server.on('connection', (near) => this.#join(near));
  }

  static async start(options: TcpProxyOptions): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, options);
  }

  /** Ends all connections that there are; new ones may come. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    const way: Way = { carried: 0, isFrozen: false };
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      // What went wrong is seen by the other end: its socket is closed, too.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (way.isFrozen) return;
        near.destroy();
        far.destroy();
      });
    }
    void this.#carry(way, near, far);
    void this.#carry(way, far, near);
  }

  async #carry(way: Way, from: Socket, to: Socket): Promise<void> {
    try {
      // What a frozen way is given is read, and gone: so it is seen when that end hangs up.
      for await (const chunk of from) if (!way.isFrozen) await this.#pass(way, chunk as Buffer, to);
    } catch {
      // The connection was cut, by us or by an end: nothing is to be carried any more.
    }
    if (!way.isFrozen) to.destroy();
  }

  async #pass(way: Way, chunk: Buffer, to: Socket): Promise<void> {
    const { parts, end } = this.#tricks.fateOf({ side: this.#side, length: chunk.length, index: way.carried });
    way.carried += 1;
    let start = 0;
    for (const part of end === undefined ? parts : parts.slice(0, 1)) {
      if (part.waitMs > 0) await sleep(part.waitMs);
      // The other direction may have met it meanwhile.
      if (way.isFrozen) return;
      const half = Math.floor((start + part.end) / 2);
      if (part.end > start) to.write(chunk.subarray(start, end === undefined ? part.end : half));
      start = part.end;
    }
    if (end === 'freeze') way.isFrozen = true;
    else if (end === 'cut') to.destroy();
    else if (to.writableNeedDrain) await once(to, 'drain');
  }
}

/** Everything arrives as it was sent. */
export const NO_TRICKS: Tricks = { fateOf: ({ length }) => ({ parts: [{ end: length, waitMs: 0 }] }) };

/** A connection through the proxy, both directions of it. */
interface Way {
  /** Chunks until now. */
  carried: number;
  /** Nothing is carried any more, and neither end is told of the other's. */
  isFrozen: boolean;
}

/** What becomes of the bytes on their way. */
export interface Tricks {
  fateOf(chunk: Chunk): Fate;
}

export interface TcpProxyOptions {
  readonly side: Side;
  readonly tricks: Tricks;
}
