import { homedir } from 'node:os';
import { OttoError } from '@telepat/otto-protocol';
import { Interruption, unlessAborted, type InterruptingSignal } from './interruption.js';
import type { Io, TextSink } from './io.js';

/** From the terminal, from whoever ends processes, and from a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long an interrupted command may take to get rid of what it has printed. */
const FLUSH_MS_MAX = 500;

/**
 * The real process as an {@link Io}. Signals and crashes abort its signal instead of ending the process, so that
 * whatever a command has started can be ended first.
 */
export function processIo(
  host: NodeJS.Process,
  options: { signals: readonly InterruptingSignal[]; endsWithParent: boolean } = {
    signals: SIGNALS,
    endsWithParent: true,
  },
): { io: Io; flush(): Promise<void> } {
  const abort = new AbortController();
  const interrupt = (name: InterruptingSignal) => abort.abort(new Interruption(name));
  const crash = (error: unknown) => abort.abort(OttoError.from(error));
  const io: Io = {
    stdout: sink(host.stdout),
    stderr: sink(host.stderr),
    isInteractive: host.stdin.isTTY === true && host.stdout.isTTY === true,
    env: host.env,
    platform: host.platform,
    entry: host.argv[1] ?? '',
    get cwd() {
      return currentFolder(host);
    },
    userFolder: userFolder(),
    signal: abort.signal,
    readInput: (bytesMax) => readAll(host.stdin, bytesMax),
  };
  // Last: until somebody listens to the signal, a crash ends the process in its own way.
  for (const name of options.signals) host.on(name, () => interrupt(name));
  // A channel to the parent is there only when a program started us as a part of itself.
  if (options.endsWithParent) host.on('disconnect', () => interrupt('SIGHUP'));
  host.on('uncaughtException', crash);
  host.on('unhandledRejection', crash);
  for (const stream of [host.stdout, host.stderr]) {
    // Whoever read us has seen enough, as in `otto extract-content … | head`.
    stream.on('error', (error) => (isBrokenPipe(error) ? interrupt('SIGPIPE') : crash(error)));
  }
  return {
    io,
    flush: async () => {
      const written = Promise.all([flushed(host.stdout), flushed(host.stderr)]);
      // Whoever interrupts is not kept waiting by a reader that takes nothing.
      await unlessAborted(abort.signal, written, { graceMs: FLUSH_MS_MAX }).catch(() => undefined);
    },
  };
}

function currentFolder(host: NodeJS.Process): string {
  try {
    return host.cwd();
  } catch (error) {
    const context = {
      message: 'The current folder is gone.',
      actionableHint: 'Change to another folder, and try again.',
    };
    throw new OttoError('invalid_configuration', context, { cause: error });
  }
}

/** An empty `HOME` names no folder, and a user who is not in the system's list has none. */
function userFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    // Whatever needs the folder says that it is missing.
    return undefined;
  }
}

function sink(stream: NodeJS.WriteStream): TextSink {
  return {
    isTty: stream.isTTY === true,
    // A terminal may be made smaller or larger meanwhile; some do not know their size and say 0.
    get rows() {
      return stream.rows > 0 ? stream.rows : undefined;
    },
    write: (text) => void stream.write(text),
    drained: () => (stream.writableNeedDrain ? drained(stream) : Promise.resolve()),
  };
}

/** A reader that went away never drains; that ends the process by another way. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      stream.off('drain', settle).off('close', settle);
      resolve();
    };
    stream.once('drain', settle).once('close', settle);
  });
}

function isBrokenPipe(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableEnded || stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}

async function readAll(stream: NodeJS.ReadStream, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > bytesMax)
      throw new OttoError('invalid_usage', { message: `Standard input is over ${bytesMax} bytes.` });
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}
