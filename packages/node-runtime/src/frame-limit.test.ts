import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { expect, it } from 'vitest';
import { FRAMES_UNDER_WAY_MAX, FRAME_BYTES_LEAST, FrameLimit } from './frame-limit.js';

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

it('a cut teaches that the largest frame which had not arrived is too large, and one of half its size', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(2_000))?.();
  limit.sent('€'.repeat(2_000));
  limit.sent('x'.repeat(5_000));

  expect(limit.connectionLost({ wasTooLarge: true })).toBe(true);

  expect(limit.bytesMax).toBe(3_000);
  expect(limit.fits('€'.repeat(1_001))).toBe(false);
  expect(limit.fits('x'.repeat(3_000))).toBe(true);
});

it.each<[string, readonly [bytes: number, arrives?: 'arrives'][], number]>([
  [
    'what has arrived before fits, however little larger the frame was that did not',
    [[5_900, 'arrives'], [6_000]],
    5_900,
  ],
  ['what arrives says that all that was sent before has arrived, too', [[9_000], [2_000, 'arrives'], [12_000]], 9_000],
  ['a relay that takes less than it did is believed', [[9_000, 'arrives'], [6_000]], 3_000],
])('%s', (_promise, frames, bytesMax) => {
  const limit = new FrameLimit();
  for (const [bytes, arrives] of frames) {
    const arrived = limit.sent('x'.repeat(bytes));
    if (arrives !== undefined) arrived?.();
  }
  limit.connectionLost({ wasTooLarge: true });

  expect(limit.bytesMax).toBe(bytesMax);
});

it.each([1_024, 1_500, 20_000, 1_000_000, FRAME_BYTES_MAX - 1])(
  'a page that chooses sizes for it cannot have the node of a relay that takes %i bytes cut often',
  (bytesTaken) => {
    for (const share of [0, 0.001, 0.25, 0.5, 0.9, 1]) {
      const limit = new FrameLimit();
      let cuts = 0;
      for (let frames = 0; frames < 200 && limit.bytesMax > bytesTaken; frames += 1) {
        const [least, most] = [bytesTaken + 1, limit.bytesMax];
        limit.sent('x'.repeat(Math.min(bytesTaken, 1_000 + frames)))?.();
        limit.sent('x'.repeat(Math.round(least + share * (most - least))));
        limit.connectionLost({ wasTooLarge: true });
        cuts += 1;
      }
      expect(cuts).toBeLessThanOrEqual(14);
      expect(limit.bytesMax).toBeLessThanOrEqual(bytesTaken);
    }
  },
);

it('of a relay that never says what has arrived, so many frames are remembered and no more', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(9_000));
  for (let frames = 1; frames < FRAMES_UNDER_WAY_MAX; frames += 1) limit.sent('x'.repeat(2_000));
  const last = limit.sent('x'.repeat(3_000));
  limit.connectionLost({ wasTooLarge: true });

  expect(limit.bytesMax).toBe(1_500);
  last?.();
  expect(limit.connectionLost({ wasTooLarge: true })).toBe(false);
});

it('each cut teaches more, and what is known is kept', () => {
  const limit = new FrameLimit();
  limit.sent('x'.repeat(5_000));
  limit.connectionLost({ wasTooLarge: true });
  limit.sent('x'.repeat(2_000));
  limit.connectionLost({ wasTooLarge: true });

  expect(limit.bytesMax).toBe(FRAME_BYTES_LEAST);
  limit.sent('x'.repeat(3_000));
  expect(limit.connectionLost({ wasTooLarge: true })).toBe(false);
  expect(limit.bytesMax).toBe(FRAME_BYTES_LEAST);
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
