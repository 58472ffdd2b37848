import { describe, expect, test } from 'vitest';
import { Random } from '../../../firmware-sim/random.ts';

const many = 20_000;
const draws = (draw: () => number) => Array.from({ length: many }, draw);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('seeded random numbers', () => {
  test('the same label gives the same numbers, another label others', () => {
    const numbers = (...label: (string | number)[]) => {
      const random = new Random(...label);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(numbers(1, 'a')).toEqual(numbers(1, 'a'));
    expect(numbers(1, 'a')).not.toEqual(numbers(2, 'a'));
    expect(numbers(1, 'a')).not.toEqual(numbers(1, 'b'));
  });

  test('is uniform from 0 up to 1', () => {
    const random = new Random('uniform');
    const values = draws(() => random.next());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 1);
  });

  test('exponential and lognormal have the mean they are asked for', () => {
    const random = new Random('means');
    expect(mean(draws(() => random.exponential(7))) / 7).toBeCloseTo(1, 1);
    expect(mean(draws(() => random.lognormal(6.5, 0.65))) / 6.5).toBeCloseTo(1, 1);
  });

  test('picks by weight, and nothing from nothing', () => {
    const random = new Random('weights');
    const picked = draws(() => (random.pick(['a', 'b'], (name) => (name === 'a' ? 3 : 1)) === 'a' ? 1 : 0));
    expect(mean(picked)).toBeCloseTo(0.75, 1);
    expect(random.pick([])).toBeUndefined();
  });
});
