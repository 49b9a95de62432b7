import { launchChromiumDriver } from '../../src/index.js';

/** A host of a browser: holds it until SIGTERM, and then closes it. Its argument is the folder of Otto's files. */
const home = process.argv[2] ?? '';
const driver = await launchChromiumDriver({ home, env: process.env, platform: process.platform });
process.once('SIGTERM', () => void driver.close().then(() => process.exit(0)));
const page = await driver.openPage({ waitUntil: 'load', signal: AbortSignal.timeout(30_000) });
const { content } = await page.content({ kind: 'markdown', signal: AbortSignal.timeout(30_000) });
process.stdout.write(`ready ${content}\n`);
setInterval(() => undefined, 60_000);
