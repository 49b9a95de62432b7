import type { Relay } from '@telepat/otto-relay-core';
import { decodeUtf8, encodeUtf8 } from '@telepat/otto-relay-core/testing';
import { MemoryNetwork, type FarEnd } from './memory-network.js';

/** A network in memory on which every address leads to one relay. */
export function networkTo(relay: Pick<Relay, 'connect'>): MemoryNetwork {
  return new MemoryNetwork((far) => join(far, relay));
}

function join(far: FarEnd, relay: Pick<Relay, 'connect'>): void {
  far.accept();
  const connection = relay.connect(
    {
      send: (frame) => far.send(typeof frame === 'string' ? frame : decodeUtf8(frame)),
      ping: () => connection.ponged(),
      close: (code, reason) => {
        far.close(code, reason);
        connection.closed();
      },
      bufferedBytes: () => 0,
      // Nothing is ever buffered, so nothing drains.
      onDrain: () => {},
    },
    { role: far.url.includes('role=node') ? 'node' : 'controller', remoteAddress: 'memory' },
  );
  far.onText = (text) => connection.receive(text, encodeUtf8(text));
  far.onClosed = () => connection.closed();
}
