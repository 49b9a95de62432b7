import { LOG_LEVELS, LOG_SOURCES, type LogLevel, type LogSource } from '@telepat/otto-protocol';
import { LOG_ENTRIES_MAX } from '@telepat/otto-protocol/limits';
import type { LogFilter } from '@telepat/otto-sdk';
import * as z from 'zod';
import { nodeId, text, wholeNumber } from '../option-values.js';
import { since } from './since.js';

const SOURCES = [...LOG_SOURCES, 'all'] as const;

/** Which entries; all that are given must fit. */
export const filterOptions = {
  source: {
    flags: '--source <source>',
    summary: `whose: ${SOURCES.join(', ')}`,
    value: z.enum(SOURCES, { error: `must be one of ${SOURCES.join(', ')}` }).optional(),
  },
  level: {
    flags: '--level <level>',
    summary: `exactly this level: ${LOG_LEVELS.join(', ')}`,
    value: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).optional(),
  },
  nodeId: { flags: '--node-id <id>', summary: 'of this node', value: nodeId.optional() },
  requestId: { flags: '--request-id <id>', summary: 'of this command', value: text.optional() },
};

/** How far back, for queries. */
export const sinceOption = {
  since: {
    flags: '--since <time>',
    summary: 'from this time on, or how long ago, such as 15m, 2h, 3d',
    value: since.optional(),
  },
};

/** How many, for queries. */
export const latestOption = {
  latest: {
    flags: '--latest <n>',
    summary: 'only the newest so many',
    value: wholeNumber({ min: 1, max: LOG_ENTRIES_MAX }).optional(),
  },
};

/** Text instead of short ids. */
export const fullIdsOption = {
  fullIds: {
    flags: '--full-ids',
    summary: 'ids in full instead of their beginnings',
    value: z.boolean().default(false),
  },
};

/** What was given of a filter. */
export function filterOf(options: FilterValues): LogFilter {
  const { source, level, nodeId: node, requestId, since: from, latest } = options;
  return {
    ...(source === undefined ? {} : { source }),
    ...(level === undefined ? {} : { level }),
    ...(node === undefined ? {} : { nodeId: node }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(from === undefined ? {} : { since: from }),
    ...(latest === undefined ? {} : { latest }),
  };
}

export interface FilterValues {
  readonly source: LogSource | 'all' | undefined;
  readonly level: LogLevel | undefined;
  readonly nodeId: string | undefined;
  readonly requestId: string | undefined;
  readonly since?: string | undefined;
  readonly latest?: number | undefined;
}
