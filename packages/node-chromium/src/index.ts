export { launchChromiumDriver, type ChromiumOptions } from './launch-chromium-driver.js';
export { ChromiumDriver } from './chromium-driver.js';
