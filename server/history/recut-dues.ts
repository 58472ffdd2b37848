// After a hall's days or counts were cut otherwise: what history made of them is made again.
import type { Hall } from '../hall/hall.ts';
import type { Outbox } from './outbox.ts';

interface Options {
  outbox: Outbox;
  /** Epoch ms. */
  now: number;
  /** Days that the journal holds, and those whose profiles are cut again. */
  journalDays: number;
  profileDays?: number;
}

const profileDaysDefault = 400;
const dayMs = 86_400_000;

/** Makes the days of the journal due out of it, and profiles of older days out of their quarters of an hour. */
export function addRecutDues(
  { config }: Hall,
  { outbox, now, journalDays, profileDays = profileDaysDefault }: Options,
): void {
  const today = config.days.of(now);
  const dates = Array.from({ length: profileDays }, (_, back) => Date.parse(today.date) - back * dayMs);
  outbox.put([], outbox.position, () => {
    for (const at of dates.slice(0, journalDays + 1)) outbox.work.addDue({ kind: 'day', subject: config.id, at });
    for (const at of dates) outbox.work.addDue({ kind: 'profile', subject: config.id, at });
  });
}
