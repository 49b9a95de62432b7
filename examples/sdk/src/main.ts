import { runExample } from './run-example.js';

const [name, ...words] = process.argv.slice(2);
process.exitCode = await runExample(name, words, {
  env: process.env,
  print: (line) => console.log(line),
});
