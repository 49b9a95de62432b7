import type { Chunk, ReadingTask } from './reading-tasks.js';

/** Chunks of one task that may be on their way to whoever asked: the task rests until they are taken. */
export const CHUNKS_AHEAD_MAX = 4;

/** What the thread is told. */
export type ReadingOrder =
  | { readonly type: 'begin'; readonly id: number; readonly folder: string; readonly task: ReadingTask }
  /** A chunk was taken. */
  | { readonly type: 'more'; readonly id: number }
  | { readonly type: 'cancel'; readonly id: number };

/** What it answers. */
export type ReadingAnswer =
  | { readonly type: 'chunk'; readonly id: number; readonly chunk: Chunk }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };
