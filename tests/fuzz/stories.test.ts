// Two rounds of `npm run fuzz`, one of them with a server that is away for a while; and that the judge finds what is wrong.
import { expect, it } from 'vitest';
import { tempFolder } from '../support/cleanup.ts';
import type { Round } from './play.ts';
import { play } from './play.ts';

const round = async (seed: number): Promise<Round> => ({
  seed,
  halls: 16,
  folder: await tempFolder(),
  lengthMs: 3 * 3_600_000,
});

it.each([12, 15])(
  'round %i: what is shown is true or marked, and made from the journal again it is the same',
  async (seed) => {
    const { verdicts, notRebuilt, checks, marked } = await play(await round(seed));
    expect(verdicts).toEqual([]);
    expect(notRebuilt).toEqual([]);
    // Marking everything would be easy.
    expect(marked / checks).toBeLessThan(0.5);
  },
);

it('finds numbers that are wrong', async () => {
  const { verdicts } = await play({ ...(await round(14)), halls: 4, lengthMs: 3_600_000 }, (story) => ({
    ...story,
    // Somebody who came in and was never told of.
    truthAt: (at) => ({ ...story.truthAt(at), entered: story.truthAt(at).entered + 1 }),
  }));
  expect(verdicts.map(({ what }) => what)).toContain('entered today');
});
