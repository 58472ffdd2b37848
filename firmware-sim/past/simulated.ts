// The simulated past: day after day, hall after hall.
import { devicesOf, planDay } from '../devices/plan.ts';
import type { SimHall } from '../model/hall-day.ts';
import { hallDay } from '../model/hall-day.ts';
import type { Profile } from '../model/profile.ts';
import type { PastLine } from './device-lines.ts';
import { deviceLines } from './device-lines.ts';

interface Asked {
  halls: readonly SimHall[];
  /** The first and the last day, local dates: each goes on until the hall is empty in the night after it. */
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  seed: number;
  profile: Profile;
}

/** What the devices of a hall had on the wire in a day: the messages are those that the live simulator sends, byte for byte. */
function hallLines(hall: SimHall, date: Temporal.PlainDate, seed: number, profile: Profile): PastLine[] {
  const day = hallDay(hall, date);
  const { devices } = planDay(day, seed, profile);
  const lines = devicesOf(hall.file).flatMap((device) => {
    const { messages = [], spells = [], aheadMs = 0 } = devices.get(device.id) ?? {};
    return deviceLines({ device, boot: day.boot, span: day, messages, spells, aheadMs, resend: true });
  });
  return lines.sort((a, b) => a.time - b.time);
}

/** All of a day's halls before the next day: within a hall in order of time. */
export function* simulatedPast({ halls, from, to, seed, profile }: Asked): Generator<PastLine[]> {
  for (let date = from; Temporal.PlainDate.compare(date, to) <= 0; date = date.add({ days: 1 })) {
    for (const hall of halls) yield hallLines(hall, date, seed, profile);
  }
}
