import type { Random } from '../random.ts';
import type { Agenda } from './agenda.ts';
import type { DeskTeam } from './desk-team.ts';
import type { Floor } from './floor.ts';
import type { HallDay } from './hall-day.ts';

const minuteMs = 60_000;
/** The duty manager and the floor guide, beside one clerk a desk. */
export const staffBesideDesks = 2;

interface StaffParts {
  day: HallDay;
  agenda: Agenda;
  floor: Floor;
  desks: DeskTeam;
  random: Random;
}

/** Staff come before the morning meeting and leave once the last ticket is served, all through the counted doors. */
export function planStaff(parts: StaffParts): void {
  const { day, agenda, floor, random } = parts;
  const first = day.open[0];
  const last = day.open.at(-1);
  if (!first || !last) return;
  for (let i = 0; i < day.hall.file.desks.length + staffBesideDesks; i++) {
    agenda.at(first.from - random.between(18, 38) * minuteMs, () => floor.staff('enter'));
    agenda.at(last.to + random.between(8, 28) * minuteMs, () => leave(parts));
  }
}

function leave(parts: StaffParts): void {
  const { agenda, floor, desks, random } = parts;
  if (desks.allClosed || agenda.now >= agenda.end) floor.staff('leave');
  else agenda.after(random.between(2, 8) * minuteMs, () => leave(parts));
}
