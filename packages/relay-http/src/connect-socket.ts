import type { Socket } from 'node:net';
import type { Role } from '@telepat/otto-protocol';
import type { Connection, Origin, Relay } from '@telepat/otto-relay-core';
import type { RawData, WebSocket } from 'ws';
import { FrameMeter } from './frame-meter.js';
import { frameText } from './frame-text.js';
import type { OpenSocket, OpenSockets } from './open-sockets.js';
import { SocketPeer, type SocketPeerLimits } from './socket-peer.js';
import type { WriteRound } from './write-round.js';

/**
 * Turns an accepted WebSocket into a connection of the relay: text in, close in, nothing else. `Connection.closed` is
 * called once, whatever the end was.
 */
export function connectSocket(relay: Relay, accepted: AcceptedSocket, room: SocketRoom): void {
  const { socket, stream, origin } = accepted;
  const peer = new SocketPeer(socket, { stream, limits: room.limits, round: room.round });
  const connection = connectMetered(relay, accepted, peer);
  const place = new ConnectedSocket(origin, connection, stream);
  room.sockets.add(place);

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (peer.isClosing) return;
    // Through the connection, so that the relay lets go now and not when the peer answers.
    if (isBinary || !Buffer.isBuffer(data)) connection.close('binary_frame');
    else connection.receive(frameText(data), data);
  });
  socket.on('error', () => connection.closed());
  socket.on('pong', () => connection.ponged());
  socket.on('close', () => {
    room.sockets.remove(place);
    connection.closed();
  });
}

/** Apart from what lasts as long as the socket, because the meter does not: 300 bytes of each. */
function connectMetered(relay: Relay, { stream, role, origin }: AcceptedSocket, peer: SocketPeer): Connection {
  const meter = new StrangersMeter(stream, peer);
  const onAuthenticated = (): void => meter.stop();
  const connection = relay.connect(peer, { role, remoteAddress: origin.address, onAuthenticated });
  meter.start(connection);
  return connection;
}

class ConnectedSocket implements OpenSocket {
  readonly origin: Origin;
  readonly #connection: Connection;
  readonly #stream: Socket;

  constructor(origin: Origin, connection: Connection, stream: Socket) {
    this.origin = origin;
    this.#connection = connection;
    this.#stream = stream;
  }

  get isAuthenticated(): boolean {
    return this.#connection.isAuthenticated;
  }

  giveWay(): void {
    this.#connection.close('policy');
    // Whoever does not answer the close frame would hold its place for seconds, and a burst of them every place.
    this.#stream.destroySoon();
  }

  shutDown(): void {
    this.#connection.close('relay_shutting_down');
  }
}

/** Bounds what a socket may send before it is authenticated, below the frame parser. */
class StrangersMeter {
  readonly #meter = new FrameMeter();
  readonly #stream: Socket;
  readonly #peer: SocketPeer;
  #read: ((chunk: Buffer) => void) | undefined;

  constructor(stream: Socket, peer: SocketPeer) {
    this.#stream = stream;
    this.#peer = peer;
  }

  start(connection: Connection): void {
    this.#read = (chunk) => this.#take(chunk, connection);
    // Before the parser's own listener, so that nothing too large reaches it.
    this.#stream.prependListener('data', this.#read);
  }

  stop(): void {
    if (this.#read !== undefined) this.#stream.removeListener('data', this.#read);
  }

  #take(chunk: Buffer, connection: Connection): void {
    const verdict = this.#meter.take(chunk);
    if (verdict === 'fine') return;
    this.stop();
    // One that is being closed already has heard enough.
    if (verdict === 'too_many_bytes' || this.#peer.isClosing) this.#stream.destroy();
    else connection.close('frame_too_large');
  }
}

/** A socket that was let in. */
export interface AcceptedSocket {
  readonly socket: WebSocket;
  /** What the socket runs over. */
  readonly stream: Socket;
  readonly role: Role | undefined;
  readonly origin: Origin;
}

/** What the sockets of one relay share. */
export interface SocketRoom {
  readonly sockets: OpenSockets;
  readonly limits: SocketPeerLimits;
  readonly round: WriteRound;
}
