export { startChromiumNode, type ChromiumNode, type ChromiumNodeOptions } from './start-chromium-node.js';
export { launchChromiumDriver, type ChromiumOptions } from './launch-chromium-driver.js';
export { nodeTokens, type NodeTokensOptions } from './node-tokens.js';
export { siteCommandTemplate } from './site-command-template.js';
export { ChromiumDriver } from './chromium-driver.js';
export { findBrowser, type FindBrowserOptions } from './find-browser.js';
export { hasEmbeddedBrowser } from './embedded-browser.js';
