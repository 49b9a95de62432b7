export { ManualClock } from './manual-clock.js';
export { SequentialIds } from './sequential-ids.js';
export { MemoryCollection, MemoryStorage } from './memory-storage.js';
export { MemoryLog } from './memory-log.js';
export { PlainSecrets, PlainTokens } from './plain-tokens.js';
export { FakePeer, type ReceivedFrame } from './fake-peer.js';
