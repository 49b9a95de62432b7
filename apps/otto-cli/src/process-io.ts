import { homedir } from 'node:os';
import { OttoError } from '@telepat/otto-protocol';
import { Interruption, unlessAborted, type InterruptingSignal } from './interruption.js';
import { endAtSecondInterrupt } from './end-at-second-interrupt.js';
import { endWhenStuck } from './end-when-stuck.js';
import { fileSink, isFile } from './file-sink.js';
import type { Io, TextSink } from './io.js';
import { SystemKeychain } from './keychain/system-keychain.js';
import { OutputLost } from './output-lost.js';

/** From the terminal, from whoever ends processes, and from a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long an interrupted command may take to get rid of what it has printed. */
const FLUSH_MS_MAX = 500;

const COLUMNS_DEFAULT = 80;

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
): ProcessIo {
  // Some terminals say 0; what asks questions there reads it by itself, and would write one letter a line.
  if (host.stdout.isTTY && host.stdout.columns === 0) host.stdout.columns = COLUMNS_DEFAULT;
  const abort = new AbortController();
  const interrupt = (name: InterruptingSignal) => abort.abort(new Interruption(name));
  let lost: Error | undefined;
  const lose = (error: Error) => {
    lost = error;
    abort.abort(new OutputLost(error));
  };
  const crash = (error: unknown) => abort.abort(OttoError.from(error));
  const io: Io = {
    stdout: isFile(host.stdout) ? fileSink(host.stdout.fd, lose) : sink(host.stdout),
    stderr: sink(host.stderr),
    isInteractive: host.stdin.isTTY === true && host.stdout.isTTY === true,
    env: host.env,
    platform: host.platform,
    entry: host.argv[1] ?? '',
    get cwd() {
      return currentFolder(host);
    },
    userFolder: userFolder(),
    keychain: new SystemKeychain({
      env: host.env,
      signal: abort.signal,
      onWaiting: () => void host.stderr.write('otto: the keychain has not answered yet; it may be asking you.\n'),
    }),
    signal: abort.signal,
    readInput: (bytesMax) => readAll(host.stdin, bytesMax),
  };
  // Last: until somebody listens to the signal, a crash ends the process in its own way.
  for (const name of options.signals) host.on(name, () => interrupt(name));
  endAtSecondInterrupt(host);
  // A channel to the parent is there only when a program started us as a part of itself.
  if (options.endsWithParent) host.on('disconnect', () => interrupt('SIGHUP'));
  endWhenStuck(host, crash);
  host.on('uncaughtException', crash);
  host.on('unhandledRejection', crash);
  // Whoever read us has seen enough, as in `otto extract-content … | head`.
  host.stdout.on('error', (error) => (isBrokenPipe(error) ? interrupt('SIGPIPE') : lose(error)));
  // Notes that find no room are no reason to fail, least of all for a relay that tells of a full disk.
  host.stderr.on('error', (error) => void (isBrokenPipe(error) && interrupt('SIGPIPE')));
  return {
    io,
    flush: async () => {
      const written = Promise.all([flushed(host.stdout), flushed(host.stderr)]);
      // Whoever interrupts is not kept waiting by a reader that takes nothing.
      const [fault = lost] = await unlessAborted(abort.signal, written, { graceMs: FLUSH_MS_MAX }).catch(() => []);
      if (fault !== undefined && !isBrokenPipe(fault)) throw new OutputLost(fault);
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
    get columns() {
      return stream.columns > 0 ? stream.columns : undefined;
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

/** What kept it from writing all that it was given. */
function flushed(stream: NodeJS.WriteStream): Promise<Error | undefined> {
  return new Promise((resolve) => {
    if (stream.writableEnded || stream.destroyed) resolve(stream.errored ?? undefined);
    else stream.write('', (error) => resolve(error ?? undefined));
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

export interface ProcessIo {
  readonly io: Io;
  /** @throws OutputLost when something that was printed did not reach its place */
  flush(): Promise<void>;
}
