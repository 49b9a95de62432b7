import { OttoError } from '@telepat/otto-protocol';
import { UNAUTHENTICATED_SOCKETS_PER_REMOTE_ADDRESS_MAX } from '@telepat/otto-protocol/limits';
import type { Origin } from '@telepat/otto-relay-core';

/**
 * The sockets that are open, and how many of them there may be: in all, unauthenticated, and unauthenticated from one
 * address that is not this machine.
 */
export class OpenSockets {
  readonly #limits: SocketLimits;
  readonly #all = new Set<OpenSocket>();
  /** Oldest first. Whoever authenticated since is taken out when room is needed. */
  readonly #unauthenticated = new Set<OpenSocket>();
  readonly #remoteCounts = new Map<string, number>();
  #isShutDown = false;

  constructor(limits: SocketLimits) {
    this.#limits = limits;
  }

  /** Refuses one socket more from there when there are too many. */
  checkRoom(origin: Origin): void {
    if (this.#isShutDown) throw new OttoError('relay_shutting_down');
    if (this.#all.size >= this.#limits.maxSockets) throw new OttoError('too_many_sockets');
    if (this.#hasRemoteRoom(origin)) return;
    this.#sweep();
    if (!this.#hasRemoteRoom(origin)) {
      throw new OttoError('too_many_sockets', { message: 'Too many unauthenticated connections from this address.' });
    }
  }

  /** Takes in a socket; when too many are unauthenticated, the oldest of them gives way. */
  add(socket: OpenSocket): void {
    if (this.#unauthenticated.size >= this.#limits.maxUnauthenticatedSockets) this.#sweep();
    if (this.#unauthenticated.size >= this.#limits.maxUnauthenticatedSockets) {
      const [oldest] = this.#unauthenticated;
      oldest?.giveWay();
      if (oldest !== undefined) this.#forgetUnauthenticated(oldest);
    }
    this.#all.add(socket);
    this.#unauthenticated.add(socket);
    this.#count(socket.origin, 1);
  }

  /** The socket is closed. */
  remove(socket: OpenSocket): void {
    this.#all.delete(socket);
    this.#forgetUnauthenticated(socket);
  }

  /** Closes all of them, and takes in no more. */
  shutDown(): void {
    this.#isShutDown = true;
    for (const socket of this.#all) socket.shutDown();
  }

  #sweep(): void {
    for (const socket of this.#unauthenticated) if (socket.isAuthenticated) this.#forgetUnauthenticated(socket);
  }

  #forgetUnauthenticated(socket: OpenSocket): void {
    if (this.#unauthenticated.delete(socket)) this.#count(socket.origin, -1);
  }

  #hasRemoteRoom({ address, isLoopback }: Origin): boolean {
    return isLoopback || (this.#remoteCounts.get(address) ?? 0) < UNAUTHENTICATED_SOCKETS_PER_REMOTE_ADDRESS_MAX;
  }

  #count({ address, isLoopback }: Origin, change: 1 | -1): void {
    if (isLoopback) return;
    const count = (this.#remoteCounts.get(address) ?? 0) + change;
    if (count === 0) this.#remoteCounts.delete(address);
    else this.#remoteCounts.set(address, count);
  }
}

/** A socket, as far as its place among the others goes. */
export interface OpenSocket {
  readonly origin: Origin;
  readonly isAuthenticated: boolean;
  /** Closes it, because a newer one needs its place. */
  giveWay(): void;
  /** Closes it, because the relay stops. */
  shutDown(): void;
}

interface SocketLimits {
  readonly maxSockets: number;
  readonly maxUnauthenticatedSockets: number;
}
