import { OttoError } from '@telepat/otto-protocol';
import type { ElementTarget } from '@telepat/otto-node-runtime';
import type { CDPSession } from 'playwright-core';
import type { ElementFinder } from './element-finder.js';
import { Patience } from './patience.js';
import { until } from './until.js';

/** Where an element stands in the page, in CSS pixels; it is scrolled into view. It has to be there already. */
export async function elementArea(element: ElementTarget, page: ElementPage): Promise<Area> {
  const { session, finder, signal, signals } = page;
  const found = await finder.find(element, { field: 'selector', mayBeHidden: true }, new Patience(0, signals));
  const limits = { timeout: ANSWER_MS_MAX, signal };
  await found.scrollIntoViewIfNeeded(limits).catch(notShown);
  const box = await found.boundingBox(limits).catch(notShown);
  const { cssVisualViewport } = await until(session.send('Page.getLayoutMetrics'), signals);
  if (box === null || box === undefined || box.width < 1 || box.height < 1) {
    throw new OttoError('element_not_found', { message: 'The element is not visible: it takes no room in the page.' });
  }
  const { pageX, pageY } = cssVisualViewport;
  return { x: box.x + pageX, y: box.y + pageY, width: box.width, height: box.height };
}

/** An element that moves without end, or has just gone, is not waited for. */
const ANSWER_MS_MAX = 2_000;

function notShown(): undefined {}

/** A rectangle of the page, in CSS pixels from its top left corner. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What an element is looked for in. */
export interface ElementPage {
  readonly session: CDPSession;
  readonly finder: ElementFinder;
  readonly signal: AbortSignal;
  /** It, and what ends the page. */
  readonly signals: readonly AbortSignal[];
}
