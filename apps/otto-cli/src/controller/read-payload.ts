import { readFile, stat } from 'node:fs/promises';
import { OttoError, isObject } from '@telepat/otto-protocol';
import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { pathFrom } from '../config/path-from.js';
import type { Io } from '../io.js';
import type { Output } from '../output.js';

/**
 * The input of an action from `--payload`: JSON, `@file`, or `-` for standard input.
 *
 * @throws OttoError `invalid_usage` unless it is one JSON object that fits into a frame
 */
export async function readPayload(typed: string | undefined, place: PayloadPlace): Promise<Record<string, unknown>> {
  if (typed === undefined) return {};
  const text = await payloadText(typed, place);
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw wrong(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw wrong('must be a JSON object, such as {"url": "https://example.com"}');
}

async function payloadText(typed: string, { io, output }: PayloadPlace): Promise<string> {
  if (typed === '-') {
    if (io.isInteractive) output.note('otto: the input is read from the terminal; end it with Ctrl+D');
    return io.readInput(FRAME_BYTES_MAX);
  }
  if (!typed.startsWith('@')) return typed;
  const path = pathFrom(io, typed.slice(1));
  try {
    if ((await stat(path)).size > FRAME_BYTES_MAX) throw new Error(`it is over ${FRAME_BYTES_MAX} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw wrong(`cannot be read from ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function wrong(problem: string): OttoError {
  return new OttoError('invalid_usage', {
    message: `--payload ${problem}.`,
    actionableHint: 'Give JSON, @file, or - for standard input.',
  });
}

interface PayloadPlace {
  readonly io: Io;
  readonly output: Pick<Output, 'note'>;
}
