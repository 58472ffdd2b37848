// A simulated hall's days through the hall's own code, minute by minute, beside the people really inside.
import { planDay } from '../../firmware-sim/devices/plan.ts';
import { hallDay } from '../../firmware-sim/model/hall-day.ts';
import type { HallEvent } from '../../firmware-sim/model/hall-event.ts';
import { readHalls } from '../../firmware-sim/registry/read.ts';
import { profileOf, readScenario } from '../../firmware-sim/scenario/read.ts';
import type { HallConfig } from '../../server/config/hall-config.ts';
import { loadConfigOrThrow } from '../../server/config/load.ts';
import type { OccupancyLive } from '../../server/contracts/hall-live.ts';
import type { Reading } from '../../server/contracts/readings.ts';
import type { HallFile } from '../../server/contracts/registry.ts';
import { decode } from '../../server/devices/index.ts';
import { effectiveTime } from '../../server/hall/effective-time.ts';
import { Hall } from '../../server/hall/hall.ts';
import type { Estimate } from '../../server/hall/inside/inside.ts';
import { firstLesson } from '../../server/hall/lesson.ts';

interface Asked {
  hall: string;
  scenario: string;
  /** The first local date, which is told and not answered: nothing can be known on it. */
  from: string;
  days: number;
  seed: number;
  /** Customers, as a multiple of the scenario's. */
  demand?: number;
  /** Instead of what the hall's file says of its staff. */
  staff?: HallFile['staff'] | 'none';
}

const minuteMs = 60_000;
const afterClosingMs = 120 * minuteMs;

/** A minute of a simulated day: what really was, and what was made of it. */
export interface Minute {
  isOpen: boolean;
  truth: number;
  raw: number;
  byRatio: number;
  shown: number;
  estimate: Estimate;
  /** Customers without a ticket, companions included: as many as there were, and as were told. */
  withoutTicket: { truth: number; told: OccupancyLive['withoutTicket'] };
}

/** Each minute that the hall was open, and those of the two hours after its last closing, from a cold start. */
export async function simulatedMinutes({
  hall: id,
  scenario,
  from,
  days,
  seed,
  demand = 1,
  staff,
}: Asked): Promise<Minute[]> {
  const found = (await loadConfigOrThrow('config')).halls.get(id);
  const config =
    found && staff ? { ...found, file: { ...found.file, staff: staff === 'none' ? undefined : staff } } : found;
  const sim = (await readHalls('config')).find(({ file }) => file.id === id);
  if (!config || !sim) throw new Error(`no hall ${id} in config`);
  const told = profileOf(await readScenario(scenario));
  const profile = { ...told, demand: { ...told.demand, factor: told.demand.factor * demand } };
  const hall = new Hall(config);
  hall.learn(firstLesson());
  const minutes: Minute[] = [];
  const past = { in: 0, out: 0 };
  const first = Temporal.PlainDate.from(from);
  for (let i = 0; i < days; i++) {
    const day = hallDay(sim, first.add({ days: i }));
    const { truth, devices } = planDay(day, seed, profile);
    const readings = [...devices].flatMap(([device, { messages }]) =>
      messages.map(({ at, channel, payload }) => readingOf(config.id, device, at, channel, payload)),
    );
    readings.sort((a, b) => a.at - b.at);
    const counts = { in: 0, out: 0 };
    const ratio = past.out > 0 ? past.in / past.out : 1;
    let next = 0;
    let event = 0;
    const truly = new Customers();
    const closedAt = day.open.at(-1)?.to ?? day.to;
    for (let now = day.from + minuteMs; now <= day.to; now += minuteMs) {
      for (; (readings[next]?.at ?? now) < now; next++) {
        const reading = readings[next] as Reading;
        const trace = hall.apply(reading).trace;
        if (reading.body.kind !== 'door') continue;
        for (const step of trace?.steps ?? []) {
          counts.in += step.in;
          counts.out += step.out;
        }
      }
      for (; (truth[event]?.at ?? now) < now; event++) truly.take(truth[event] as HallEvent);
      // As devices do all the time: otherwise they'd be silent.
      for (const reading of alive(config, day.boot, now)) hall.apply(reading);
      const isOpen = config.hours.isOpen(now);
      if (i === 0 || !(isOpen || (now >= closedAt && now < closedAt + afterClosingMs))) continue;
      const estimate = hall.estimate(now);
      const { value: shown, withoutTicket } = hall.live(now, { simulated: true }).live.occupancy;
      if (!estimate || shown === null) continue;
      minutes.push({
        isOpen,
        truth: truly.inside,
        raw: counts.in - counts.out,
        byRatio: counts.in - counts.out * ratio,
        shown,
        estimate,
        withoutTicket: { truth: truly.withoutTicket, told: withoutTicket },
      });
    }
    past.in += counts.in;
    past.out += counts.out;
  }
  return minutes;
}

/** What really is as a day goes on. */
class Customers {
  inside = 0;
  #staff = 0;
  #waiting = 0;
  readonly #atDesks = new Set<string>();
  readonly #gone = new Set<string>();

  get withoutTicket(): number {
    return this.inside - this.#staff - this.#waiting - this.#atDesks.size;
  }

  take(event: HallEvent): void {
    this.inside = event.inside;
    this.#staff = event.staffInside;
    this.#waiting = event.waiting;
    if (event.kind === 'walk-out') this.#gone.add(event.ticket);
    if (event.kind === 'call' && !this.#gone.has(event.ticket)) this.#atDesks.add(event.ticket);
    const isOver = ['finish', 'no-show', 'cancel', 'transfer'].includes(event.kind);
    if (isOver && 'ticket' in event) this.#atDesks.delete(event.ticket);
  }
}

/** What config says of a hall. */
export async function hallFile(id: string): Promise<HallFile> {
  const config = (await loadConfigOrThrow('config')).halls.get(id);
  if (!config) throw new Error(`no hall ${id} in config`);
  return config.file;
}

function alive({ id: hall, devices }: HallConfig, boot: number, at: number): Reading[] {
  const body = { kind: 'status', boot, conn: 1, online: true, everyS: 60, ts: at } as const;
  return [...devices.keys()].map((device) => ({ hall, device, receivedAt: at, live: true, caughtUp: true, at, body }));
}

function readingOf(
  hall: string,
  device: string,
  receivedAt: number,
  channel: Parameters<typeof decode>[0],
  payload: string,
): Reading {
  const decoded = decode(channel, Buffer.from(payload));
  if ('fault' in decoded) throw new Error(decoded.detail);
  const { body } = decoded;
  const at = 'ts' in body ? effectiveTime(body.ts, receivedAt) : receivedAt;
  return { hall, device, receivedAt, live: true, caughtUp: true, at, body };
}
