import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda } from '../../../firmware-sim/model/agenda.ts';

test('everything happens in order of time, and what was entered first goes first within a time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const agenda = new Agenda(0, 100);
      const seen: [number, number][] = [];
      for (const [i, time] of times.entries()) agenda.at(time, () => seen.push([agenda.now, i]));
      agenda.run();
      const sorted = times.map((time, i): [number, number] => [time, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      expect(seen).toEqual(sorted);
    }),
  );
});

test('what is entered while it runs has its turn, never in the past and never after the end', () => {
  const agenda = new Agenda(10, 50);
  const seen: number[] = [];
  agenda.at(20, () => {
    agenda.at(5, () => seen.push(agenda.now));
    agenda.after(1_000, () => seen.push(agenda.now));
    agenda.after(3.4, () => seen.push(agenda.now));
  });
  agenda.run();
  expect(seen).toEqual([20, 23, 50]);
});
