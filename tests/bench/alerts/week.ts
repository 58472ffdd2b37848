// Simulated halls by the day: what really happened, and what their devices had on the wire, all halls in one order of time.
import type { DayPlan } from '../../../firmware-sim/devices/plan.ts';
import { devicesOf, planDay } from '../../../firmware-sim/devices/plan.ts';
import type { Fault } from '../../../firmware-sim/model/faults.ts';
import { faultsOf } from '../../../firmware-sim/model/faults.ts';
import type { SimHall } from '../../../firmware-sim/model/hall-day.ts';
import { hallDay } from '../../../firmware-sim/model/hall-day.ts';
import type { Profile } from '../../../firmware-sim/model/profile.ts';
import { ordinary } from '../../../firmware-sim/model/profile.ts';
import type { PastLine } from '../../../firmware-sim/past/device-lines.ts';
import { deviceLines } from '../../../firmware-sim/past/device-lines.ts';
import { inventRegistry } from '../../../firmware-sim/registry/invent.ts';
import { readHalls } from '../../../firmware-sim/registry/read.ts';
import { compileHall } from '../../../server/config/compile.ts';
import type { HallConfig } from '../../../server/config/hall-config.ts';
import { loadConfigOrThrow } from '../../../server/config/load.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { parseTopic } from '../../../server/contracts/topics.ts';
import { decode } from '../../../server/devices/index.ts';
import { effectiveTime } from '../../../server/hall/effective-time.ts';

export interface SimulatedHall {
  sim: SimHall;
  config: HallConfig;
}

/** One hall's day. */
export interface Lived {
  config: HallConfig;
  plan: DayPlan;
  faults: readonly Fault[];
  lines: readonly PastLine[];
}

/** Invented halls of mixed types, under the standards that ship. */
export async function inventedHalls(count: number): Promise<SimulatedHall[]> {
  const { source } = await loadConfigOrThrow('config');
  const [shipped] = await readHalls('config');
  const { settings, calendar, halls } = inventRegistry(count);
  const items = shipped?.items ?? {};
  return halls.map((file) => ({
    sim: { file, special: new Map(), tiers: (settings.tiers ?? []).map(({ id }) => id), items },
    config: compileHall(file, { settings, standards: source.standards, calendar }),
  }));
}

/** Monday's business system is down for forty minutes, Wednesday is month end, Friday's lunch is a rush. */
export function profileOn(date: Temporal.PlainDate): Profile {
  const { demand } = ordinary;
  if (date.dayOfWeek === 1) return { ...ordinary, outages: [{ from: '10:20', to: '11:00' }] };
  if (date.dayOfWeek === 3) return { ...ordinary, demand: { ...demand, factor: 1.3 } };
  if (date.dayOfWeek === 5)
    return { ...ordinary, demand: { ...demand, peaks: [{ from: '11:30', to: '13:30', factor: 2 }] } };
  return ordinary;
}

export function livedDay({ sim, config }: SimulatedHall, date: Temporal.PlainDate, seed: number): Lived {
  const day = hallDay(sim, date);
  const profile = profileOn(date);
  const plan = planDay(day, seed, profile);
  const lines = devicesOf(sim.file).flatMap((device) => {
    const { messages = [], spells = [], aheadMs = 0 } = plan.devices.get(device.id) ?? {};
    return deviceLines({ device, boot: day.boot, span: day, messages, spells, aheadMs, resend: true });
  });
  return { config, plan, faults: faultsOf(day, seed, profile), lines };
}

/** The readings of some lines, each as the pipeline would make it. Throws for a line that can't be read. */
export function readingOf({ topic, payload, time }: PastLine): Reading {
  const place = parseTopic(topic);
  if (typeof place === 'string') throw new Error(`${place}: ${topic}`);
  const decoded = decode(place.channel, Buffer.from(payload));
  if ('fault' in decoded) throw new Error(decoded.detail);
  const { body } = decoded;
  const at = 'ts' in body ? effectiveTime(body.ts, time) : time;
  return { hall: place.hall, device: place.device, receivedAt: time, live: true, caughtUp: true, at, body };
}
