import { EXIT_CODES } from './exit-codes.js';
import { processIo } from './process-io.js';
import { run } from './run.js';

/** Runs the words that the process was started with, and ends it with the exit code. */
export async function main(host: NodeJS.Process): Promise<void> {
  // Nothing but `run` can make it a success, whatever ends the process before that.
  host.exitCode = EXIT_CODES.failure;
  const { io, flush } = processIo(host);
  const exitCode = await run(io, host.argv.slice(2));
  try {
    await flush();
    host.exit(exitCode);
  } catch (error) {
    io.stderr.write(`otto: ${error instanceof Error ? error.message : String(error)}\n`);
    host.exit(EXIT_CODES.failure);
  }
}
