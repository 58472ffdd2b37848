// The parts of the wait estimator, each against what it is to come to.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstBlend, noteErrors, ownShare } from '../../../server/hall/waits/blend.ts';
import { noteEvent, rateAt } from '../../../server/hall/waits/decaying-rate.ts';
import { headStart, noteCall } from '../../../server/hall/waits/head-starts.ts';
import { Regression } from '../../../server/hall/waits/regression.ts';
import { firstSpread, noteDifference } from '../../../server/hall/waits/spread.ts';
import { WaitingLines } from '../../../server/hall/waits/waiting-lines.ts';

/** Numbers between 0 and 1, the same each time. */
function numbers(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the regression', () => {
  it('finds the line that values lie on, whatever it began with', () => {
    const next = numbers();
    const regression = new Regression([5, 5, 5], 1, null);
    for (let i = 0; i < 2_000; i++) {
      const x = [1, next() * 4, next() * 4];
      regression.learn(x, 2 + 3 * (x[1] ?? 0) - (x[2] ?? 0) + (next() - 0.5), 100);
    }
    expect(regression.predict([1, 2, 1])).toBeCloseTo(7, 0);
    expect(regression.predict([1, 0, 3])).toBeCloseTo(-1, 0);
  });

  it('does not bend to a single odd value', () => {
    const regression = new Regression([1], 1, null);
    for (let i = 0; i < 50; i++) regression.learn([1], 1, 2);
    regression.learn([1], 1e9, 2);
    expect(regression.predict([1])).toBeLessThan(1.1);
  });

  it('goes on with what was learned, and begins anew with what does not fit', () => {
    const regression = new Regression([1, 1], 1, null);
    regression.learn([1, 2], 9, 10);
    const on = new Regression([0, 0], 1, structuredClone(regression.learned));
    expect(on.predict([1, 2])).toBe(regression.predict([1, 2]));
    expect(new Regression([0, 0, 0], 1, regression.learned).predict([1, 2, 3])).toBe(0);
  });
});

describe('the range', () => {
  it('comes to hold four of five, and follows when the world changes', () => {
    const next = numbers();
    const spread = firstSpread();
    const share = (count: number, of: () => number) => {
      let within = 0;
      for (let i = 0; i < count; i++) {
        const difference = of();
        within += Number(difference >= spread.low && difference <= spread.high);
        noteDifference(spread, difference);
      }
      return within / count;
    };
    share(500, () => next() - 0.5);
    expect(share(4_000, () => next() - 0.5)).toBeCloseTo(0.8, 1);
    expect(spread.low).toBeCloseTo(-0.4, 1);
    expect(spread.middle).toBeCloseTo(0, 1);
    // Twice as far off: the range held 40 % at first, and is right again within a hundred waits.
    share(100, () => 2 * (next() - 0.5));
    expect(share(200, () => 2 * (next() - 0.5))).toBeGreaterThan(0.72);
  });
});

describe('head starts', () => {
  it('learn who is called first, strictly or by a bonus on the time waited', () => {
    const strict = new Map<string, number>();
    for (let i = 0; i < 60; i++) {
      noteCall(strict, { name: 'vip', since: 900_000 }, [{ name: 'general', since: 0 }]);
    }
    expect(headStart(strict, 'vip') - headStart(strict, 'general')).toBeGreaterThan(800);
    const bonus = new Map<string, number>();
    const next = numbers();
    for (let i = 0; i < 3_000; i++) {
      const [gold, plain] = [next() * 300_000, next() * 300_000];
      // Gold counts as if it had come 90 s earlier.
      const [first, second] = gold - 90_000 < plain ? ['gold', 'plain'] : ['plain', 'gold'];
      const since = { gold, plain } as Record<string, number>;
      noteCall(bonus, { name: first ?? '', since: since[first ?? ''] ?? 0 }, [
        { name: second ?? '', since: since[second ?? ''] ?? 0 },
      ]);
    }
    const learned = headStart(bonus, 'gold') - headStart(bonus, 'plain');
    expect(learned).toBeGreaterThan(60);
    expect(learned).toBeLessThan(120);
  });
});

describe('the blend', () => {
  it('asks the service’s own model as far as it is right, and at first the hall’s', () => {
    const blend = firstBlend();
    expect(ownShare(blend)).toBeLessThan(0.1);
    for (let i = 0; i < 100; i++) noteErrors(blend, 2, 1);
    expect(ownShare(blend)).toBeGreaterThan(0.9);
    for (let i = 0; i < 300; i++) noteErrors(blend, 1, 2);
    expect(ownShare(blend)).toBeLessThan(0.1);
  });
});

describe('a rate', () => {
  it('is that of the last quarter of an hour or so', () => {
    const rates = new Map();
    for (let s = 0; s < 7_200; s += 10) noteEvent(rates, 'calls', s * 1_000);
    expect(rateAt(rates, 'calls', 7_200_000)).toBeCloseTo(0.1, 2);
    expect(rateAt(rates, 'calls', 7_200_000 + 3_600_000)).toBeLessThan(0.005);
    expect(rateAt(rates, 'nothing', 0)).toBe(0);
  });
});

describe('the lines of those who wait', () => {
  it('count as a list of all would, in any order of coming and going', () => {
    const change = fc.record({ name: fc.nat(2), since: fc.nat(20), leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.nat(25), fc.nat(25), (changes, from, to) => {
        const lines = new WaitingLines();
        const all: { name: string; since: number }[] = [];
        for (const { name, since, leaves } of changes) {
          const its = lines.nameOf({ service: `s${name}`, tier: null, priority: 0 });
          const i = all.findIndex((one) => one.name === its && one.since === since);
          if (leaves) {
            lines.remove(its, since);
            if (i >= 0) all.splice(i, 1);
          } else {
            lines.add(its, since);
            all.push({ name: its, since });
          }
        }
        for (const name of lines.names) {
          const those = all.filter((one) => one.name === name).map(({ since }) => since);
          expect(lines.count(name, from, to)).toBe(those.filter((since) => since >= from && since < to).length);
          const later = those.filter((since) => since >= from);
          expect(lines.first(name, from)).toBe(later.length > 0 ? Math.min(...later) : null);
        }
      }),
    );
  });

  it('tell no more than 64 classes apart, since tiers come from messages', () => {
    const lines = new WaitingLines();
    for (let i = 0; i < 200; i++) lines.add(lines.nameOf({ service: 'general', tier: `t${i}`, priority: 0 }), i);
    const names = [...lines.names];
    expect(names.length).toBeLessThanOrEqual(65);
    expect(names.reduce((sum, name) => sum + lines.count(name, 0, 1_000), 0)).toBe(200);
    expect(lines.nameOf({ service: 'general', tier: 't150', priority: 0 })).toBe('general||0');
  });
});
