import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { expect, it } from 'vitest';
import { FRAME_BYTES_LEAST, FRAME_BYTES_VARIED, FrameLimit } from './frame-limit.js';

it('is what the protocol allows, in bytes, as long as nothing else is known', () => {
  const limit = new FrameLimit();

  expect(limit.fits('x'.repeat(FRAME_BYTES_MAX))).toBe(true);
  expect(limit.fits('x'.repeat(FRAME_BYTES_MAX + 1))).toBe(false);
  expect(limit.fits('é'.repeat(FRAME_BYTES_MAX / 2))).toBe(true);
  expect(limit.fits(`é${'x'.repeat(FRAME_BYTES_MAX - 1)}`)).toBe(false);
  expect(limit.fits('€'.repeat(FRAME_BYTES_MAX / 3 + 1))).toBe(false);
  expect(limit.fits('😀'.repeat(FRAME_BYTES_MAX / 4))).toBe(true);
  expect(limit.fits('😀'.repeat(FRAME_BYTES_MAX / 4 + 1))).toBe(false);
});

it('a cut teaches that the largest frame which had not arrived is too large, and one of about its size', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(3_000))?.();
  limit.sent('€'.repeat(2_000));
  limit.sent('x'.repeat(5_000));

  expect(limit.connectionLost({ wasTooLarge: true })).toBe(true);

  expect(limit.bytesMax).toBe(6_000 - FRAME_BYTES_VARIED);
  expect(limit.fits('€'.repeat(2_000))).toBe(false);
  expect(limit.fits('x'.repeat(5_001))).toBe(true);
});

it('what has arrived before fits, however little larger the frame was that did not', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(5_900))?.();
  limit.sent('x'.repeat(6_000));
  limit.connectionLost({ wasTooLarge: true });

  expect(limit.bytesMax).toBe(5_900);
});

it('a relay that takes less than it did is believed', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(9_000))?.();
  limit.sent('x'.repeat(6_000));
  limit.connectionLost({ wasTooLarge: true });

  expect(limit.bytesMax).toBe(6_000 - FRAME_BYTES_VARIED);
});

it('each cut teaches more, and what is known is kept', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(5_000));
  limit.connectionLost({ wasTooLarge: true });
  limit.sent('x'.repeat(2_000));
  limit.connectionLost({ wasTooLarge: true });

  expect(limit.bytesMax).toBe(2_000 - FRAME_BYTES_VARIED);
  limit.sent('x'.repeat(3_000));
  expect(limit.connectionLost({ wasTooLarge: true })).toBe(false);
  expect(limit.bytesMax).toBe(2_000 - FRAME_BYTES_VARIED);
});

it('what was under way when another connection was lost, for another reason, is no reason for a later cut', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(5_000));

  expect(limit.connectionLost({ wasTooLarge: false })).toBe(false);
  expect(limit.connectionLost({ wasTooLarge: true })).toBe(false);

  expect(limit.bytesMax).toBe(FRAME_BYTES_MAX);
});

it('what every relay takes is never the reason, whatever a relay says', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(FRAME_BYTES_LEAST));

  expect(limit.connectionLost({ wasTooLarge: true })).toBe(false);

  limit.sent('x'.repeat(FRAME_BYTES_LEAST + 1));
  expect(limit.connectionLost({ wasTooLarge: true })).toBe(true);
  expect(limit.bytesMax).toBe(FRAME_BYTES_LEAST);
});
