export { FarEnd, MemoryNetwork, settled } from './memory-network.js';
