export { ScriptedDriver, ScriptedPage, type PageScript } from './scripted-driver.js';
export { ScriptedNode, type ReceivedCommand, type ScriptedAnswer, type ScriptedNodeOptions } from './scripted-node.js';
