export { FarEnd, MemoryNetwork, settled } from './memory-network.js';
export { networkTo } from './relay-network.js';
export { unsignedToken } from './unsigned-token.js';
