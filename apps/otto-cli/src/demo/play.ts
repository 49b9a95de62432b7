import type { LogEntry } from '@telepat/otto-protocol';
import { grantAccess } from './acts/grant-access.js';
import { followLink, openPage, readMarkdown } from './acts/read-page.js';
import { registerControllers } from './acts/register-controllers.js';
import { showLog } from './acts/show-log.js';
import { showQueue } from './acts/show-queue.js';
import { showRefusal } from './acts/show-refusal.js';
import { startNode } from './acts/start-node.js';
import { startRelay } from './acts/start-relay.js';
import { takeScreenshot } from './acts/take-screenshot.js';
import type { DemoWorld } from './demo-world.js';
import type { Moment } from './race-for-tab.js';

/** The acts of the demo, in their order. */
export async function play(world: DemoWorld): Promise<Findings> {
  const relay = await startRelay(world);
  const nodeId = await startNode(world);
  const controllers = await registerControllers(world, relay);
  const [ada] = controllers;
  const refusal = await showRefusal(world, ada, nodeId);
  await grantAccess(world, relay, { nodeId, controllers });

  const page = await openPage(world, ada, nodeId);
  const markdown = await readMarkdown(world, ada, page);
  const followed = await followLink(world, ada, page, markdown);
  const screenshot = await takeScreenshot(world, ada, page);
  const { moments, waitedRequestId } = await showQueue(world, controllers, page);
  const log = await showLog(world, relay, waitedRequestId);
  return {
    relayUrl: relay.wsUrl,
    nodeId,
    refusal,
    url: page.url,
    markdown,
    followed: followed ?? null,
    screenshot,
    queue: moments,
    requestId: waitedRequestId,
    log,
  };
}

/** What the demo has shown, for scripts. */
export interface Findings {
  readonly relayUrl: string;
  readonly nodeId: string;
  /** The code with which the controller was refused before the grant. */
  readonly refusal: string;
  readonly url: string;
  readonly markdown: string;
  readonly followed: string | null;
  /** The picture's file. */
  readonly screenshot: string;
  readonly queue: readonly Moment[];
  /** Of the command that waited. */
  readonly requestId: string;
  readonly log: readonly LogEntry[];
}
