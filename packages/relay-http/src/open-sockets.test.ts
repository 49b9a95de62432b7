import type { Origin } from '@telepat/otto-relay-core';
import { describe, expect, it } from 'vitest';
import { OpenSockets } from './open-sockets.js';

const here: Origin = { address: '127.0.0.1', isLoopback: true };
const elsewhere: Origin = { address: '10.0.0.7', isLoopback: false };

class FakeSocket {
  readonly origin: Origin;
  isAuthenticated = false;
  gaveWay = false;
  wasShutDown = false;

  constructor(origin: Origin) {
    this.origin = origin;
  }

  giveWay(): void {
    this.gaveWay = true;
  }

  shutDown(): void {
    this.wasShutDown = true;
  }
}

function opened(sockets: OpenSockets, count: number, origin = here): FakeSocket[] {
  return Array.from({ length: count }, () => {
    const socket = new FakeSocket(origin);
    sockets.checkRoom(origin);
    sockets.add(socket);
    return socket;
  });
}

describe('OpenSockets', () => {
  it('refuses one more than there may be, until one is closed', () => {
    const sockets = new OpenSockets({ maxSockets: 3, maxUnauthenticatedSockets: 10 });
    const [first] = opened(sockets, 3);

    expect(() => sockets.checkRoom(here)).toThrow('as many connections as it allows');

    if (first !== undefined) sockets.remove(first);
    expect(() => sockets.checkRoom(here)).not.toThrow();
  });

  it('lets the oldest unauthenticated socket give way to a new one', () => {
    const sockets = new OpenSockets({ maxSockets: 100, maxUnauthenticatedSockets: 3 });
    const all = opened(sockets, 5);

    expect(all.map(({ gaveWay }) => gaveWay)).toEqual([true, true, false, false, false]);
  });

  it('never takes the place of an authenticated socket', () => {
    const sockets = new OpenSockets({ maxSockets: 100, maxUnauthenticatedSockets: 3 });
    const early = opened(sockets, 3);
    for (const socket of early) socket.isAuthenticated = true;
    const late = opened(sockets, 4);

    expect(early.some(({ gaveWay }) => gaveWay)).toBe(false);
    expect(late.map(({ gaveWay }) => gaveWay)).toEqual([true, false, false, false]);
  });

  it('bounds the unauthenticated sockets of one remote address, and of no other', () => {
    const sockets = new OpenSockets({ maxSockets: 1_000, maxUnauthenticatedSockets: 1_000 });
    const remote = opened(sockets, 256, elsewhere);

    expect(() => sockets.checkRoom(elsewhere)).toThrow('from this address');
    expect(() => sockets.checkRoom({ ...elsewhere, address: '10.0.0.8' })).not.toThrow();
    expect(() => opened(sockets, 300, here)).not.toThrow();

    for (const socket of remote.slice(0, 2)) socket.isAuthenticated = true;
    expect(() => opened(sockets, 2, elsewhere)).not.toThrow();
    expect(() => sockets.checkRoom(elsewhere)).toThrow('from this address');
  });

  it('closes all of them when the relay stops, and takes in no more', () => {
    const sockets = new OpenSockets({ maxSockets: 10, maxUnauthenticatedSockets: 10 });
    const all = opened(sockets, 2);

    sockets.shutDown();

    expect(all.every(({ wasShutDown }) => wasShutDown)).toBe(true);
    expect(() => sockets.checkRoom(here)).toThrow('stopping');
  });
});
