import type { Step, StrangerFrame } from './steps.js';
import type { OpenSocket, World } from './world.js';

/** Sends a frame that somebody of ill will, or of another version, might send. */
export function oddFrame(world: World, socket: OpenSocket, { id, what }: Step & { do: 'say' }): void {
  const { role } = socket;
  const other = role === 'node' ? 'controller' : 'node';
  const envelope = { protocolVersion: '1.0', messageType: 'ping', requestId: id, senderRole: role, payload: {} };
  const malformed = (
    text: string | object,
    code: string,
    told: { requestId?: string; isFrame?: boolean } = {},
  ): void => {
    const how = { requestId: id, code, isFrame: false, ...told };
    world.sendMalformed(socket, typeof text === 'string' ? text : JSON.stringify(text), how);
  };
  switch (what) {
    case 'ping':
      return world.send(socket, envelope);
    case 'not_json':
      return malformed('{"messageType":', 'invalid_json', { requestId: 'unknown' });
    case 'no_envelope':
      return malformed({ requestId: id }, 'invalid_envelope');
    case 'unknown_type':
      return malformed({ ...envelope, messageType: 'gossip' }, 'invalid_envelope');
    case 'old_version':
      return malformed({ ...envelope, protocolVersion: '2.0' }, 'unsupported_protocol_version');
    case 'wrong_role':
      return world.send(socket, { ...envelope, senderRole: other });
    case 'second_hello':
      return world.send(socket, { ...envelope, messageType: 'hello', payload: { role } });
    case 'frame_of_relay':
      return world.send(socket, { ...envelope, messageType: 'auth_ack' });
    case 'null_payload':
      return malformed({ ...envelope, payload: null }, 'invalid_envelope', { isFrame: true });
    case 'unknown_event':
      return world.send(socket, { ...envelope, messageType: 'event', payload: { type: 'gossip' } });
    case 'forged_result':
      return world.send(socket, { ...envelope, messageType: 'result', payload: { ok: true } });
    case 'forged_as_node':
      return world.send(socket, { ...envelope, messageType: 'result', senderRole: other, payload: { ok: true } });
  }
}

/** Sends a frame on a socket that has not authenticated. */
export function strangerFrame(
  world: World,
  socket: OpenSocket,
  { frame, requestId }: { frame: StrangerFrame; requestId: string },
): void {
  const { role } = socket;
  const send = (messageType: string, payload: object): void =>
    world.send(socket, { messageType, requestId, payload: { ...payload } });
  switch (frame) {
    case 'hello':
      return send('hello', { role, nodeId: 'n1' });
    case 'command':
      return send('command', { targetNodeId: 'n1', action: 'primitive.tab.navigate', replayNonce: requestId });
    case 'ping':
      return send('ping', {});
    case 'result':
      return send('result', { ok: true });
    case 'bad_auth':
      return send('auth', {});
    case 'not_json':
      return world.sendMalformed(socket, 'nonsense', {
        requestId: 'unknown',
        code: 'invalid_json',
        isFrame: false,
      });
    case 'wrong_role':
      return world.send(socket, { messageType: 'ping', requestId, payload: {}, senderRole: 'relay' });
  }
}
