// Staff of a hall are people inside: the hall never shows fewer while it is open, and comes back to them when it closes.
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../server/contracts/readings.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { stillThere } from '../../../server/hall/inside/staff.ts';
import { firstLesson } from '../../../server/hall/lesson.ts';
import { at, door, hallConfig, liveAt, queueEvents } from '../../support/hall-maker.ts';

const minute = 60_000;
const days = ['2026-11-16', '2026-11-17', '2026-11-18'];

function hallOf(staff?: HallFile['staff']): Hall {
  const hall = new Hall(hallConfig(staff ? { staff } : {}));
  hall.learn(firstLesson());
  return hall;
}

const insideAt = (hall: Hall, now: number) => liveAt(hall, now).occupancy.value;

/** The hall opens at 08:30 and closes at 18:00. Both doors, with these totals at these moments. */
function doors(date: string, totals: readonly [when: string, ins: number, outs: number][]): Reading[] {
  const boot = Date.parse(date) / 86_400_000;
  return [
    door('door-b', [boot, 1], [0, 0], at(`${date} 04:00`)),
    door('door-a', [boot, 1], [0, 0], at(`${date} 04:00`)),
    ...totals.map(([when, ins, outs], i) => door('door-a', [boot, i + 2], [ins, outs], at(`${date} ${when}`))),
  ];
}

function tell(hall: Hall, readings: readonly Reading[]): Hall {
  for (const reading of readings) hall.apply(reading);
  return hall;
}

describe('staff inside', () => {
  const { ticket } = queueEvents();
  const nine = at('2026-11-16 09:00');
  const waiting = ['A001', 'A002'].map((number) => ticket('issued', number, nine, { service: 'general' }));
  const came = (people: number) => [...doors('2026-11-16', [['08:10', people, people]]), ...waiting];

  it('and those with a ticket are the fewest shown while the hall is open', () => {
    const now = nine + minute;
    expect(insideAt(tell(hallOf(), came(10)), now)).toBe(2);
    expect(insideAt(tell(hallOf({ inside: 5 }), came(10)), now)).toBe(7);
    expect(insideAt(tell(hallOf({ share: 0.5 }), came(10)), now)).toBe(4);
    // At 08:20 nobody is at work yet, as far as is known.
    expect(insideAt(tell(hallOf({ inside: 5 }), came(10).slice(0, 3)), at('2026-11-16 08:20'))).toBe(0);
  });

  it('are no more than came in: a hall that stays shut shows nobody', () => {
    expect(insideAt(tell(hallOf({ inside: 5 }), doors('2026-11-16', [])), nine)).toBe(0);
    expect(insideAt(tell(hallOf({ inside: 5 }), came(3)), nine + minute)).toBe(3);
  });

  /** 6 of the staff come at 08:00; each quarter of an hour 8 people come and go 14 min later; staff go later. */
  function workday(date: string, { staffGo = '19:10', missed = { in: 0, out: 0 } } = {}): Reading[] {
    const rows: [string, number, number][] = [['08:00', 6, 0]];
    for (let i = 0; i < 37; i++) {
      const ins = 6 + 8 * (i + 1) - Math.min(missed.in, i);
      const out = 8 * (i + 1) - Math.min(missed.out, i);
      rows.push([clock(i, 0), ins, rows.at(-1)?.[2] ?? 0], [clock(i, 14), ins, out]);
    }
    const [, ins, out] = rows.at(-1) ?? ['', 0, 0];
    return doors(date, [...rows, [staffGo, ins, out + 6]]);
  }

  const clock = (quarter: number, offset: number) => {
    const since = 8 * 60 + 40 + quarter * 15 + offset;
    return [Math.floor(since / 60), since % 60].map((part) => String(part).padStart(2, '0')).join(':');
  };

  it('are who is left after closing, until the doors see them leave', () => {
    const today = days.at(-1) ?? '';
    const eveningOf = (staff: HallFile['staff'], missed: { in: number; out: number }, past = days.slice(0, -1)) => {
      const hall = hallOf(staff);
      for (const date of past) tell(hall, workday(date));
      const readings = workday(today, { staffGo: '19:40', missed });
      const before = readings.filter((one) => one.at < at(`${today} 19:40`));
      tell(hall, before);
      const inTheEvening = insideAt(hall, at(`${today} 18:30`)) ?? 0;
      tell(hall, readings.slice(before.length));
      return { hall, inTheEvening, atNight: insideAt(hall, at(`${today} 20:20`)) };
    };
    // By the doors alone 10 are left, or 2.
    const [many, few] = [eveningOf({ inside: 6 }, { in: 0, out: 4 }), eveningOf({ inside: 6 }, { in: 4, out: 0 })];
    expect(Math.abs(many.inTheEvening - 6)).toBeLessThanOrEqual(1);
    expect(few.inTheEvening).toBe(6);
    expect([many.atNight, few.atNight]).toEqual([0, 0]);
    expect(many.hall.lesson?.inside.staffStay).toMatchObject({ n: 2 });
    // On a hall's first day, before it has learned how its people leave.
    const [first, untold] = [{ inside: 6 }, undefined].map((staff) => eveningOf(staff, { in: 4, out: 0 }, []));
    expect([first?.inTheEvening, untold?.inTheEvening]).toEqual([6, 2]);
    expect(first?.atNight).toBe(0);
    expect(untold?.hall.lesson?.inside.staffStay.n).toBe(0);
  });

  it('follow each other out: once more than half have gone, the others are not long in going', () => {
    expect([8, 9, 6, 4, 2, 0].map((people) => stillThere(8, people))).toEqual([8, 8, 6, 4, 1, 0]);
    expect(stillThere(0, 5)).toBe(0);
  });
});
