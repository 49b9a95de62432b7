#!/usr/bin/env node
// Asks the keychain of the system one thing for the command line that started it.
const { runKeychain } = await import(new URL('../dist/keychain/entry.js', import.meta.url).href);
runKeychain(process);
