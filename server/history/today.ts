// Today's curve: how many were inside, by spans of five minutes, as far as history has it.
import type { HallConfig } from '../config/hall-config.ts';
import type { Today } from '../contracts/usual.ts';
import type { LocalDay } from '../local-days.ts';
import type { HistoryStore } from './port.ts';
import { stepEdges } from './steps.ts';

type Store = Pick<HistoryStore, 'fold'>;
interface Span {
  start: number;
  end: number;
  /** Mean number inside; null where it isn't known. */
  occupancy: number | null;
}

const fineMs = 300_000;
const slotMs = 900_000;
/** People come before the doors open officially, and the last ones leave after closing. */
const marginMs = 1_800_000;

/** The day of `now` up to it. Quarters of an hour stand in where minutes aren't there. Throws `history-away`. */
export async function readToday(store: Store, hall: HallConfig, now: number): Promise<Today> {
  const day = hall.days.of(now);
  const open = [...hall.hours.on(day.date)];
  const { from, to } = shownHours(open, day);
  const asked = { hall, from, to: Math.min(to, now) };
  const [fine, slots] = await Promise.all([
    meansOf(store, 'hall_minute', { ...asked, stepMs: fineMs }),
    meansOf(store, 'hall_slot', { ...asked, stepMs: slotMs }),
  ]);
  const spans = slots.flatMap((slot) => {
    const within = fine.filter(({ start }) => start >= slot.start && start < slot.end);
    return within.some(({ occupancy }) => occupancy !== null) || slot.occupancy === null ? within : [slot];
  });
  const points = spans.map(({ start, end, occupancy }) => ({ at: (start + end) / 2, occupancy }));
  return { hall: hall.id, date: day.date, from, to, open, points: points.filter(({ at }) => at >= from && at <= now) };
}

/** From opening to closing with a margin; the whole day where the hall is closed all day. */
function shownHours(open: readonly { from: number; to: number }[], day: LocalDay): { from: number; to: number } {
  const [opens, closes] = [open[0]?.from, open.at(-1)?.to];
  if (opens === undefined || closes === undefined) return { from: day.start, to: day.end };
  return { from: Math.max(day.start, opens - marginMs), to: Math.min(day.end, closes + marginMs) };
}

interface Asked {
  hall: HallConfig;
  from: number;
  to: number;
  stepMs: number;
}

async function meansOf(store: Store, measurement: 'hall_minute' | 'hall_slot', asked: Asked): Promise<Span[]> {
  const { hall, from, to, stepMs } = asked;
  if (to <= from) return [];
  const edges = stepEdges({ from, to, stepMs }, hall.days);
  const sum = (field: string) => ({ field, fold: 'sum' as const });
  const read = { occupancyS: sum('occupancyS'), knownS: sum('knownS') };
  const [folded] = await store.fold({ measurement, tags: { hall: hall.id }, edges, read });
  return edges.slice(1).map((end, i) => {
    const [people, known] = [folded?.values.occupancyS?.[i] ?? null, folded?.values.knownS?.[i] ?? null];
    const occupancy = people === null || known === null || known === 0 ? null : Math.round((people / known) * 10) / 10;
    return { start: edges[i] ?? end, end, occupancy };
  });
}
