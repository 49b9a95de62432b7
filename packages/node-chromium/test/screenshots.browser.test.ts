import { describe, expect, it } from 'vitest';
import { browserAt } from './browser-at.js';
import type { ScreenshotOptions } from '@telepat/otto-node-runtime';
import { imageSize } from '../src/image-size.js';
import { FixtureSite } from './fixture-site.js';
import { patient } from './test-browser.js';

const site = new FixtureSite();
const browser = browserAt(site);

async function shoot(path: string, options: Partial<ScreenshotOptions>) {
  const page = await browser.driver.openPage({ url: site.url(path), waitUntil: 'load', signal: patient });
  browser.opened.push(page);
  const shot = await page.screenshot({
    mode: 'viewport',
    format: 'png',
    maxBytes: 5_000_000,
    signal: patient,
    ...options,
  });
  expect(imageSize(Buffer.from(shot.bytes))).toEqual({ width: shot.width, height: shot.height });
  return { ...shot, type: Buffer.from(shot.bytes.subarray(0, 3)).toString('hex') };
}

const PNG = '89504e';
const JPEG = 'ffd8ff';

describe('a screenshot', () => {
  it('shows the viewport, as PNG or JPEG', async () => {
    expect(await shoot('/plain', {})).toMatchObject({ type: PNG, width: 1280, height: 800, downscaled: false });
    expect(await shoot('/plain', { format: 'jpeg' })).toMatchObject({ type: JPEG, width: 1280, height: 800 });
  });

  it('shows one element, wherever it is in the page', async () => {
    expect(await shoot('/noise', { mode: 'element', element: { selector: '#box' } })).toMatchObject({
      width: 120,
      height: 60,
    });
    const bottom = await shoot('/long', { mode: 'element', element: { selector: 'p' } });
    expect(bottom.width).toBeGreaterThan(1_000);
    expect(bottom.height).toBeLessThan(100);
  });

  it('shows the full page, scaled down where it is longer than can be drawn', async () => {
    const long = await shoot('/long', { mode: 'full_page', format: 'jpeg' });

    expect(long.downscaled).toBe(true);
    expect(long.height).toBeLessThanOrEqual(16_384);
    expect(long.height / long.width).toBeCloseTo(30_050 / 1_280, 0);
  });

  it('is smaller in bytes when its quality is lower', async () => {
    const fine = await shoot('/noise', { format: 'jpeg', quality: 90 });
    const coarse = await shoot('/noise', { format: 'jpeg', quality: 20 });

    expect(coarse.bytes.length).toBeLessThan(fine.bytes.length / 2);
  });

  it.each(['png', 'jpeg'] as const)('shrinks a %s until it fits', async (format) => {
    const full = await shoot('/noise', { format });
    const maxBytes = Math.round(full.bytes.length / 6);

    const shrunk = await shoot('/noise', { format, maxBytes });

    expect(shrunk.downscaled).toBe(true);
    expect(shrunk.bytes.length).toBeLessThanOrEqual(maxBytes);
    expect(shrunk.bytes.length).toBeGreaterThan(maxBytes / 4);
    expect(shrunk.width).toBeLessThanOrEqual(full.width);
  });

  it('is refused when it does not fit at any size', async () => {
    await expect(shoot('/noise', { maxBytes: 60 })).rejects.toMatchObject({ code: 'screenshot_too_large' });
  });

  it('of an element that is absent or takes no room is refused', async () => {
    for (const selector of ['#gone', 'script']) {
      await expect(shoot('/noise', { mode: 'element', element: { selector } })).rejects.toMatchObject({
        code: 'element_not_found',
      });
    }
  });
});
