import { OttoError } from '@telepat/otto-protocol';
import { expect, it, vi } from 'vitest';
import { notShown } from './not-shown.js';

const PROBLEM = new Error('Protocol error (Page.captureScreenshot): Unable to capture screenshot');

it('what could not be drawn is no bug', async () => {
  vi.useFakeTimers();
  const end = notShown(PROBLEM, 'No picture.', []);
  const told = expect(end).rejects.toMatchObject({ code: 'script_failed', message: 'No picture.' });
  await vi.advanceTimersByTimeAsync(1_000);

  await told;
  vi.useRealTimers();
});

it('because the page crashes is told as that', async () => {
  const crash = new AbortController();
  const end = notShown(PROBLEM, 'No picture.', [crash.signal]);
  crash.abort(new OttoError('tab_crashed'));

  await expect(end).rejects.toMatchObject({ code: 'tab_crashed' });
});

it('because the tab was closed is told at once', async () => {
  const closed = new Error('Target page, context or browser has been closed');

  await expect(notShown(closed, 'No picture.', [])).rejects.toMatchObject({ code: 'tab_closed' });
});
