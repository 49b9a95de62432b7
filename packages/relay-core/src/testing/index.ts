export { ManualClock } from './manual-clock.js';
export { SequentialIds } from './sequential-ids.js';
export { MemoryCollection, MemoryStorage } from './memory-storage.js';
export { MemoryLog } from './memory-log.js';
export { PlainSecrets, PlainTokens } from './plain-tokens.js';
export { FakePeer, type ReceivedFrame } from './fake-peer.js';
export { TestClient, TestController, TestNode, type TestCommand } from './test-client.js';
export { TestRelay, settled, testRelay, type TestRelayOptions } from './test-relay.js';
export { decodeUtf8, encodeUtf8 } from './utf8.js';
