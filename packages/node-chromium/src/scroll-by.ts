import { OttoError } from '@telepat/otto-protocol';
import type { PageInput } from '@telepat/otto-node-runtime';
import { limitsOf, type InputWorld } from './input-world.js';

/**
 * Turns the wheel over an element, or over the middle of the window: what lies there scrolls, or else what is around
 * it. Unlike a turn that is only sent, the browser's gesture ends when the scrolling has.
 */
export async function scrollBy({ target, dx, dy }: ScrollInput, world: InputWorld): Promise<void> {
  const { session, patience } = world;
  const { cssVisualViewport } = await patience.answer(session.send('Page.getLayoutMetrics'));
  const window = { x: 0, y: 0, width: cssVisualViewport.clientWidth, height: cssVisualViewport.clientHeight };
  const area = target === undefined ? window : await shownArea(target, window, world);
  patience.act();
  const gesture = session.send('Input.synthesizeScrollGesture', {
    x: area.x + area.width / 2,
    y: area.y + area.height / 2,
    // The distances of a hand that pushes the page.
    xDistance: -dx,
    yDistance: -dy,
    gestureSourceType: 'mouse',
    preventFling: true,
    speed: Math.max(SPEED_MIN, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)) / SECONDS_MAX)),
  });
  await patience.answer(gesture);
}

/** Pixels a second: nobody watches. */
const SPEED_MIN = 50_000;

/** However far it is. */
const SECONDS_MAX = 0.3;

async function shownArea(target: NonNullable<ScrollInput['target']>, window: Area, world: InputWorld): Promise<Area> {
  const { finder, patience } = world;
  const element = await finder.find(target, { field: 'selector', mayBeHidden: false }, patience);
  await element.scrollIntoViewIfNeeded(limitsOf(world));
  const box = await element.boundingBox(limitsOf(world));
  const area = box === null ? undefined : overlap(box, window);
  if (area !== undefined) return area;
  throw new OttoError('element_not_actionable', {
    message: 'The element cannot be scrolled into view.',
    effect: 'none',
  });
}

function overlap(one: Area, other: Area): Area | undefined {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  const width = Math.min(one.x + one.width, other.x + other.width) - x;
  const height = Math.min(one.y + one.height, other.y + other.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

type ScrollInput = Extract<PageInput, { kind: 'scroll' }>;

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
