// What the queue machines of a simulated hall say over some days, through decode and a hall that learns from the beginning.
import { devicesOf, planDay } from '../../firmware-sim/devices/plan.ts';
import { hallDay } from '../../firmware-sim/model/hall-day.ts';
import { readHalls } from '../../firmware-sim/registry/read.ts';
import { profileOf, readScenario } from '../../firmware-sim/scenario/read.ts';
import { loadConfigOrThrow } from '../../server/config/load.ts';
import { decode } from '../../server/devices/index.ts';
import { effectiveTime } from '../../server/hall/effective-time.ts';
import type { Applied } from '../../server/hall/hall.ts';
import { Hall } from '../../server/hall/hall.ts';
import { learning } from './bank-hall.ts';

export interface Simulated {
  hall: string;
  /** The first local date. */
  from: string;
  days: number;
  seed: number;
}

/** Message by message, what became of it; `before` is asked for between two, with the moment (epoch ms) of the next one. */
export async function* simulatedQueue(
  { hall: id, from, days, seed }: Simulated,
  scenario: string,
  before: (hall: Hall, at: number) => void = () => {},
): AsyncGenerator<{ applied: Applied; hall: Hall }> {
  const config = (await loadConfigOrThrow('config')).halls.get(id);
  const sim = (await readHalls('config')).find(({ file }) => file.id === id);
  if (!config || !sim) throw new Error(`no hall ${id} in config`);
  const profile = profileOf(await readScenario(scenario));
  const hall = learning(new Hall(config));
  const machines = devicesOf(sim.file).filter((device) =>
    config.file.queueMachines.some((one) => one.id === device.id),
  );
  for (let i = 0; i < days; i++) {
    const { devices } = planDay(hallDay(sim, Temporal.PlainDate.from(from).add({ days: i })), seed, profile);
    for (const { id: device } of machines) {
      for (const { at: receivedAt, payload } of devices.get(device)?.messages ?? []) {
        before(hall, receivedAt);
        const decoded = decode('queue', Buffer.from(payload));
        if ('fault' in decoded) throw new Error(decoded.detail);
        const { body } = decoded;
        const at = 'ts' in body ? effectiveTime(body.ts, receivedAt) : receivedAt;
        const reading = { hall: config.id, device, receivedAt, live: true, caughtUp: true, at, body };
        yield { applied: hall.apply(reading), hall };
      }
    }
  }
}
