import * as z from 'zod';
import type { JournalRecord } from '@telepat/otto-relay-core';

const key = { identity: z.string(), nodeId: z.string(), key: z.string(), requestId: z.string() };

const record: z.ZodType<JournalRecord> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('routing'),
    ...key,
    hash: z.string(),
    at: z.number(),
    action: z.string().optional(),
    instanceId: z.string().optional(),
  }),
  z.object({
    kind: z.literal('outcome'),
    ...key,
    outcome: z.object({ messageType: z.enum(['result', 'error']), payload: z.record(z.string(), z.unknown()) }),
  }),
  z.object({ kind: z.literal('closed'), ...key }),
]);

/** Reads one line of the journal of durable commands; undefined for a damaged one. */
export function parseRecord(line: Uint8Array): JournalRecord | undefined {
  try {
    return record.safeParse(JSON.parse(Buffer.from(line).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** The line of a record, with its line break. */
export function recordLine(entry: JournalRecord): Buffer {
  return Buffer.from(`${JSON.stringify(entry)}\n`);
}
