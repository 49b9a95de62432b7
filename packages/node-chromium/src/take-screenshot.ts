import { OttoError } from '@telepat/otto-protocol';
import type { Screenshot, ScreenshotOptions } from '@telepat/otto-node-runtime';
import { imageSize } from './image-size.js';
import { elementArea, type Area, type ElementPage } from './element-area.js';
import { notShown } from './not-shown.js';
import { until } from './until.js';

/** Takes a picture of a page, and takes it again, smaller, until it fits into `maxBytes`. */
export async function takeScreenshot(page: PhotographedPage, options: ScreenshotOptions): Promise<Screenshot> {
  const area = await areaOf(page, options);
  const largest = Math.min(1, SIDE_MAX / area.width, SIDE_MAX / area.height, Math.sqrt(PIXELS_MAX / areaSize(area)));
  let setting: Setting = { scale: largest, quality: options.quality ?? QUALITY_DEFAULT };

  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const bytes = await capture(page, options, area, setting);
    if (bytes.length <= options.maxBytes) {
      return { bytes, ...imageSize(bytes), downscaled: attempt > 0 || largest < 1 };
    }
    const next = smaller(setting, options, options.maxBytes / bytes.length);
    if (Math.min(area.width, area.height) * next.scale < 1 || next.scale < SCALE_MIN) break;
    setting = next;
  }
  throw new OttoError('screenshot_too_large');
}

/** The GPU draws no longer side than this; beyond it a picture would repeat itself. */
const SIDE_MAX = 16_384;

/** 4 bytes each while it is drawn. */
const PIXELS_MAX = 40_000_000;

const QUALITY_DEFAULT = 80;
const ATTEMPTS_MAX = 8;
const SCALE_MIN = 0.01;

/** JPEG loses quality before it loses size: words stay legible longer. */
function smaller({ scale, quality }: Setting, { format }: ScreenshotOptions, ratio: number): Setting {
  if (format === 'jpeg' && quality > 40 && ratio > 0.4) return { scale, quality: 40 };
  // Bytes go roughly with the area. A little less than needed saves an attempt.
  return { scale: scale * Math.sqrt(ratio) * 0.92, quality: Math.min(quality, 60) };
}

async function areaOf(page: PhotographedPage, options: ScreenshotOptions): Promise<Area> {
  if (options.mode === 'element') {
    if (options.element === undefined) throw new Error('A picture of an element needs one.');
    return elementArea(options.element, page);
  }
  const { session, signals } = page;
  const { cssVisualViewport, cssContentSize } = await until(session.send('Page.getLayoutMetrics'), signals).catch(
    (error: unknown) => notShown(error, NOT_TAKEN, signals),
  );
  if (options.mode === 'full_page') return { x: 0, y: 0, width: cssContentSize.width, height: cssContentSize.height };
  const { pageX, pageY, clientWidth, clientHeight } = cssVisualViewport;
  return { x: pageX, y: pageY, width: clientWidth, height: clientHeight };
}

async function capture(
  { session, signals }: PhotographedPage,
  { mode, format }: ScreenshotOptions,
  area: Area,
  { scale, quality }: Setting,
): Promise<Buffer> {
  const taken = session.send('Page.captureScreenshot', {
    format,
    ...(format === 'jpeg' ? { quality: Math.round(quality) } : {}),
    clip: { ...area, scale },
    captureBeyondViewport: mode !== 'viewport',
  });
  const { data } = await until(taken, signals).catch((error: unknown) => notShown(error, NOT_TAKEN, signals));
  return Buffer.from(data, 'base64');
}

const NOT_TAKEN = 'No picture could be taken: the page went elsewhere meanwhile.';

function areaSize({ width, height }: Area): number {
  return Math.max(1, width * height);
}

interface Setting {
  /** Pixels of the picture per pixel of the page. */
  readonly scale: number;
  /** Of a JPEG, 1 to 100. */
  readonly quality: number;
}

type PhotographedPage = ElementPage;
