// What a past taught a hall that knew nothing: handed to one that learned less itself, and to no other.
import { describe, expect, it } from 'vitest';
import { Hall } from '../../../server/hall/hall.ts';
import { Halls } from '../../../server/hall/halls.ts';
import type { Lesson } from '../../../server/hall/lesson.ts';
import { firstLesson, isTaught, taughtBy } from '../../../server/hall/lesson.ts';
import { taughtOfText, textOfTaught } from '../../../server/journal/learned-store.ts';
import { at, door, hallConfig, queueEvents } from '../../support/hall-maker.ts';

const minute = 60_000;

/** A hall that lived so many customers of a day, one every two minutes, each called six minutes later; the last still waits. */
function lessonOf(date: string, customers: number, position = 1): Lesson {
  const hall = new Hall(hallConfig());
  hall.learn(firstLesson());
  const { ticket, desk } = queueEvents();
  const nine = at(`${date} 09:00`);
  const boot = Date.parse(date) / 86_400_000;
  const readings = [
    door('door-a', [boot, 1], [0, 0], nine - minute),
    door('door-b', [boot, 1], [0, 0], nine - minute),
    desk('desk-opened', 'desk-1', nine),
    ...Array.from({ length: customers }, (_, i) => {
      const number = `A${i}`;
      const issued = nine + 2 * i * minute;
      const issue = ticket('issued', number, issued, { service: 'general' });
      if (i === customers - 1) return [issue];
      return [issue, ticket('called', number, issued + 6 * minute, { service: 'general', desk: 'desk-1' })];
    }).flat(),
  ].sort((a, b) => a.at - b.at);
  for (const [i, reading] of readings.entries()) hall.apply(reading, position + i);
  if (!hall.lesson) throw new Error('nothing was learned');
  return hall.lesson;
}

describe('what a past taught', () => {
  const past = lessonOf('2026-11-10', 60);
  const lived = () => lessonOf('2026-11-16', 10, 500);

  it('goes on in a hall that lived through less; what goes on there stays', () => {
    const own = lived();
    const lesson = taughtBy(own, past);
    expect([past.waits.judged, own.waits.judged]).toEqual([59, 9]);
    expect(lesson?.position).toBe(own.position);
    expect(lesson?.waits.model).toEqual(past.waits.model);
    expect(lesson?.waits.judged).toBe(59);
    // Its own forecasts are judged, its own days checked, and it knows best how it is just now.
    expect([...(lesson?.waits.pending.keys() ?? [])]).toEqual(['queue|A9']);
    expect(lesson?.waits.card).toBe(own.waits.card);
    expect(lesson?.waits.lastWaits).toBe(own.waits.lastWaits);
    expect(lesson?.inside).toBe(own.inside);
    // A hall that has no waits of its own yet begins as after the evening before.
    expect(taughtBy(firstLesson(), past)?.waits.lastWaits).toBe(past.waits.lastWaits);
    expect(taughtBy(firstLesson(), past)?.waits.card.size).toBe(0);
  });

  it('J5: is not learned twice, and takes the place of nothing that a hall learned from more', () => {
    const taught = taughtBy(lived(), past);
    expect(taught && taughtBy(taught, past)).toBeNull();
    expect(taughtBy(lessonOf('2026-11-16', 90), past)).toBeNull();
  });

  it('of people inside is judged by days, apart from waits', () => {
    const days = { ...past, inside: { ...past.inside, days: 5 } };
    const busy = lessonOf('2026-11-16', 90);
    const lesson = taughtBy(busy, days);
    expect(lesson?.waits).toBe(busy.waits);
    expect(lesson?.inside).toMatchObject({ days: 5 });
    // Today is never taken from yesterday.
    expect(lesson?.inside.day).toBe(busy.inside.day);
    expect(busy.inside.day).not.toBeNull();
  });

  it('changes what a hall foretells at once, and says so', () => {
    const changed: string[] = [];
    const config = hallConfig();
    const halls = new Halls({ simulated: true, changed: (id) => changed.push(id), lessons: () => firstLesson() });
    halls.restore(config, { config: {} as never, state: new Hall(config).state, position: 0 });
    expect(halls.teach('nowhere', past)).toBe(false);
    expect([halls.teach('test-hall', past), halls.teach('test-hall', past)]).toEqual([true, false]);
    expect(changed).toEqual(['test-hall']);
    expect(halls.get('test-hall')?.lesson?.waits.judged).toBe(59);
  });

  it('is the same behind a wire, and what is none is told apart', () => {
    const { position: _, ...taught } = past;
    expect(taughtOfText(textOfTaught(past))).toEqual(taught);
    expect(taughtOfText('rubbish')).toBeNull();
    expect(taughtOfText('')).toBeNull();
    expect(isTaught(firstLesson())).toBe(true);
    expect(isTaught({ waits: past.waits })).toBe(false);
    expect(isTaught({ ...past, waits: { ...past.waits, spreads: {} } })).toBe(false);
    expect(isTaught({ ...past, inside: { ...past.inside, days: Number.NaN } })).toBe(false);
    const broken = structuredClone(past);
    broken.waits.models.get('general')?.mean.weights.fill(Number.NaN);
    expect(isTaught(broken)).toBe(false);
  });
});
