#!/usr/bin/env node
// The one file that runs without a build: it hands over to the built program, or says what is missing.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const built = new URL('../dist/main.js', import.meta.url);

if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Otto needs Node 20.19 or newer; this is ${process.versions.node}.`);
} else if (!existsSync(built)) {
  fail('Otto is not built yet. Run `npm run build` at the root of the checkout, then try again.');
} else {
  const { main } = await import(built.href);
  await main(process);
}

/** @param {string} sentence */
function fail(sentence) {
  const error = { code: 'start_failed', category: 'internal', message: sentence, retryable: false, hint: sentence };
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error })}\n`);
  else process.stderr.write(`otto: ${sentence}\n`);
  process.exitCode = 1;
}
