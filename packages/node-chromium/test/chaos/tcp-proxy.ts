import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mischief, Side } from './mischief.js';

/** Stands between one side and the relay, at an address that stays when the relay moves, and plays tricks on bytes. */
export class TcpProxy {
  readonly port: number;
  /** Where the relay is now; 0 while it is nowhere. */
  target = 0;
  readonly #server: Server;
  readonly #side: Side;
  readonly #mischief: Mischief;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, options: { side: Side; mischief: Mischief }) {
    this.#server = server;
    this.#side = options.side;
    this.#mischief = options.mischief;
    const { port } = server.address() as AddressInfo;
    this.port = port;
    server.on('connection', (near) => this.#join(near));
  }

  static async start(options: { side: Side; mischief: Mischief }): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, options);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      // What went wrong is seen by the other end: its socket is closed, too.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    void this.#carry(near, far);
    void this.#carry(far, near);
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from) await this.#pass(chunk as Buffer, to);
    } catch {
      // The connection was cut, by us or by an end: nothing is to be carried any more.
    }
    to.destroy();
  }

  async #pass(chunk: Buffer, to: Socket): Promise<void> {
    const { parts, isCut } = this.#mischief.fateOf(this.#side, chunk.length);
    let start = 0;
    for (const { end, waitMs } of isCut ? parts.slice(0, 1) : parts) {
      if (waitMs > 0) await sleep(waitMs);
      const half = Math.floor((start + end) / 2);
      if (end > start) to.write(chunk.subarray(start, isCut ? half : end));
      start = end;
    }
    if (isCut) to.destroy();
    else if (to.writableNeedDrain) await once(to, 'drain');
  }
}
