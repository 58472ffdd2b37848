import type { HallFile } from '../../server/contracts/registry.ts';
import { Random } from '../random.ts';
import type { FaultKind, MachineType } from './fault-kinds.ts';
import { faultKinds, faultSpec } from './fault-kinds.ts';
import type { HallDay, Span } from './hall-day.ts';
import { hallDay, isWithin, zoneOpenings } from './hall-day.ts';
import type { Profile } from './profile.ts';

const minuteMs = 60_000;
const repairVariation = 0.6;
/** Staff are in the hall from before the morning meeting until after the last customer. */
const beforeOpeningMs = 25 * minuteMs;
const afterClosingMs = 10 * minuteMs;

/** Epoch ms; one that isn't over when the day ends goes on in the next. */
export interface Fault extends Span {
  device: string;
  kind: FaultKind;
}

interface Machine {
  id: string;
  zone: string;
  type: MachineType;
  accepts?: readonly string[];
}

/** What fails in a day, and what still fails from the day before: a pure function of seed, machine and local date. */
export function faultsOf(day: HallDay, seed: number, profile: Profile): Fault[] {
  const before = neighbour(day, -1);
  const machines = machinesOf(day.hall.file);
  const drawn = (on: HallDay) => machines.flatMap((machine) => faultsOn(on, machine, seed, profile));
  const left = drawn(before).filter(({ to }) => to > day.from);
  return [...left.map((fault) => ({ ...fault, from: day.from })), ...drawn(day)].sort((a, b) => a.from - b.from);
}

/** When staff are in the hall. */
export function staffedSpans(day: HallDay): Span[] {
  return day.open.map(({ from, to }) => ({
    from: Math.max(day.from, from - beforeOpeningMs),
    to: Math.min(day.to, to + afterClosingMs),
  }));
}

function machinesOf({ doors, queueMachines, terminals }: HallFile): Machine[] {
  return [
    ...doors.map(({ id, zone }) => ({ id, zone, type: 'door' as const })),
    ...queueMachines.map(({ id, zone }) => ({ id, zone, type: 'queue' as const })),
    ...terminals,
  ];
}

function faultsOn(day: HallDay, machine: Machine, seed: number, profile: Profile): Fault[] {
  const random = new Random(seed, machine.id, day.date, 'faults');
  const used = zoneOpenings(day, machine.zone);
  const lengthMs = used.reduce((sum, { from, to }) => sum + to - from, 0);
  return faultKinds.flatMap((kind) => {
    const { perDay, needs } = faultSpec(kind);
    const rate = (perDay[machine.type] ?? 0) * profile.faults.factor * (profile.faults.kinds[kind] ?? 1);
    if (rate === 0 || (needs && !machine.accepts?.includes(needs))) return [];
    const found: Fault[] = [];
    for (let into = random.exponential(lengthMs / rate); into < lengthMs; into += random.exponential(lengthMs / rate)) {
      const from = Math.round(instantInto(used, into));
      found.push({ device: machine.id, kind, from, to: repairedAt(day, kind, from, random) });
    }
    return found;
  });
}

/** The instant when `into` ms of the spans are over. */
function instantInto(spans: readonly Span[], into: number): number {
  let left = into;
  for (const { from, to } of spans) {
    if (left < to - from) return from + left;
    left -= to - from;
  }
  return spans.at(-1)?.to ?? 0;
}

function repairedAt(day: HallDay, kind: FaultKind, from: number, random: Random): number {
  const { by, repairMin } = faultSpec(kind);
  const lengthMs = random.lognormal(repairMin, repairVariation) * minuteMs;
  const delayMs = random.between(0, 20) * minuteMs;
  if (by === 'others') return Math.round(from + lengthMs);
  const to = staffedFrom(day, from) + lengthMs;
  const there = staffedFrom(day, to);
  return Math.round(there === to ? to : there + delayMs);
}

/** `at`, or when staff are next in the hall; the end of tomorrow if they aren't until then. */
function staffedFrom(day: HallDay, at: number): number {
  const today = staffedSpans(day);
  if (isWithin(today, at)) return at;
  const next = today.find(({ from }) => from > at);
  if (next) return next.from;
  const tomorrow = neighbour(day, 1);
  const later = staffedSpans(tomorrow).find(({ to }) => to > at);
  return later ? Math.max(at, later.from) : Math.max(at, tomorrow.to);
}

function neighbour(day: HallDay, days: 1 | -1): HallDay {
  return hallDay(day.hall, Temporal.PlainDate.from(day.date).add({ days }));
}
