export { MemoryKeyValue } from './memory-key-value.js';
export { ScriptedDriver, ScriptedPage, type PageScript } from './scripted-driver.js';
export { ScriptedNode, type ReceivedCommand, type ScriptedAnswer, type ScriptedNodeOptions } from './scripted-node.js';
