export { FailingKeyValue } from './failing-key-value.js';
export { MemoryKeyValue } from './memory-key-value.js';
export { ScriptedDialog, type DialogScript } from './scripted-dialog.js';
export { ScriptedDownload } from './scripted-download.js';
export { ScriptedDriver } from './scripted-driver.js';
export type { PageScript } from './page-script.js';
export { ScriptedPage } from './scripted-page.js';
export { ScriptedNode, type ReceivedCommand, type ScriptedAnswer, type ScriptedNodeOptions } from './scripted-node.js';
export { WatchedTab } from './watched-tab.js';
