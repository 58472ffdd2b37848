// What a history store holds in the end, beside what was sent.
import type { HistoryStore } from '../../../server/history/port.ts';
import type { HallTruth, Truth } from './truth.ts';

const dayMs = 86_400_000;
const summed = ['entered', 'left', 'issued', 'called', 'served'] as const;

export interface StoreFaults {
  /** Door points that are missing, and those that were never sent or have other totals. */
  doorsMissing: number;
  doorsOdd: number;
  visitsMissing: number;
  visitsOdd: number;
  /** Sums of quarters of an hour that differ from what was sent, in words. */
  sums: string[];
}

export async function storeFaults(store: HistoryStore, truth: Truth): Promise<StoreFaults> {
  const range = { from: Date.now() - dayMs, to: Date.now() + dayMs };
  const doors = new Set<string>();
  let doorsOdd = 0;
  for await (const { tags, at, fields } of store.points({ measurement: 'door', ...range })) {
    const text = `${tags.hall} ${tags.device} ${at} ${fields.boot} ${fields.in} ${fields.out}`;
    if (truth.doors.has(text)) doors.add(text);
    else doorsOdd++;
  }
  const wanted = truth.visits;
  const visits = new Set<string>();
  let visitsOdd = 0;
  for await (const { tags, fields } of store.points({ measurement: 'visit', ...range })) {
    const text = `${tags.hall} ${fields.ticket} ${fields.issuedAt} ${fields.calledAt} ${fields.endedAt}`;
    if (wanted.has(text) && fields.outcome === 'served' && !visits.has(text)) visits.add(text);
    else if (fields.outcome !== 'void') visitsOdd++;
  }
  return {
    doorsMissing: truth.doors.size - doors.size,
    doorsOdd,
    visitsMissing: wanted.size - visits.size,
    visitsOdd,
    sums: await sumFaults(store, truth, range),
  };
}

async function sumFaults(store: HistoryStore, truth: Truth, range: { from: number; to: number }): Promise<string[]> {
  const sums = new Map<string, HallTruth>();
  for await (const { tags, fields } of store.points({ measurement: 'hall_slot', ...range })) {
    const none: HallTruth = { entered: 0, left: 0, issued: 0, called: 0, served: 0 };
    const sum = sums.getOrInsert(tags.hall ?? '', none);
    for (const name of summed) sum[name] += Number(fields[name] ?? 0);
  }
  return [...truth.halls].flatMap(([hall, right]) =>
    summed
      .filter((name) => sums.get(hall)?.[name] !== right[name])
      .map((name) => `${hall} ${name} ${sums.get(hall)?.[name]} instead of ${right[name]}`),
  );
}

export function faultCount({ doorsMissing, doorsOdd, visitsMissing, visitsOdd, sums }: StoreFaults): number {
  return doorsMissing + doorsOdd + visitsMissing + visitsOdd + sums.length;
}
