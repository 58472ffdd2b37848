// Rolls up what is made of the halls' slots: profiles of their days and slots of their region, out of the store itself, once it has
// what they are made of. So they are right again after anything: late messages, a store that was away, a crash.
import type { HallConfig } from '../config/hall-config.ts';
import type { Logger } from '../log.ts';
import { Breath } from './breath.ts';
import type { Outbox } from './outbox.ts';
import type { Point } from './points.ts';
import type { Columns, HistoryStore } from './port.ts';
import { Rests } from './rests.ts';
import { dayProfile, profileSources } from './rollup/day-profile.ts';
import { minuteSources, regionSlot, slotSources } from './rollup/region-slot.ts';
import { slotMs } from './rollup/span.ts';
import type { Due } from './workbook.ts';

interface Parts {
  outbox: Outbox;
  store: HistoryStore;
  /** Every hall there is; null while that isn't known. */
  halls: () => readonly HallConfig[] | null;
  log: Logger;
  simulated: boolean;
  /** Hears of days (local date as midnight UTC, epoch ms) of halls whose slots are in the store, new or changed. */
  rolled?: (days: readonly { hall: string; at: number }[]) => void;
}

const lookEveryMs = 500;
const afterErrorMs = 5_000;
const atOnce = 400;

export class SecondRoller {
  readonly #parts: Parts;
  readonly #rests = new Rests();
  #running: Promise<void> | null = null;
  #isAway = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= this.#rests.repeat(() => this.#try(), {
      everyMs: lookEveryMs,
      afterErrorMs,
      failed: (error) => this.#failed(error),
    });
  }

  /** Ends after what is under way; the store may be slow to answer, and what comes of it then is left out. */
  stop(): void {
    this.#rests.stop();
  }

  async #try(): Promise<void> {
    await this.pass();
    this.#isAway = false;
  }

  /** The writer says that the store is away, once; so is this said once. */
  #failed(error: unknown): void {
    if (!this.#isAway)
      this.#parts.log.warn({ error: String(error) }, 'profiles and regions not rolled up, tried again');
    this.#isAway = true;
  }

  /** Rolls up what is due, some of it, once the store has all that was put before. Throws what the store throws. */
  async pass(): Promise<void> {
    const { outbox } = this.#parts;
    const halls = this.#parts.halls();
    if (!halls) return;
    const profiles = outbox.work.due('profile', atOnce);
    const regions = outbox.work.due('region', atOnce);
    if (profiles.length + regions.length === 0 || !(await this.#hasArrived(outbox.ids.put))) return;
    const points = [...(await this.#profiles(profiles, halls)), ...(await this.#regions(regions, halls))];
    if (this.#rests.isStopped) return;
    const { simulated } = this.#parts;
    const labelled = points.map((point) => ({ ...point, fields: { ...point.fields, simulated } }));
    outbox.put(labelled, outbox.position, () => {
      for (const due of [...profiles, ...regions]) outbox.work.dropDue(due);
    });
    this.#parts.rolled?.(profiles.map(({ subject, at }) => ({ hall: subject, at })));
  }

  /** True once the store has everything up to a point; false when it is time to stop. */
  async #hasArrived(id: number): Promise<boolean> {
    const { outbox } = this.#parts;
    while (outbox.waiting > 0 && outbox.ids.done < id) if (!(await this.#rests.rest(lookEveryMs))) return false;
    return true;
  }

  async #profiles(dues: readonly Due[], halls: readonly HallConfig[]): Promise<Point[]> {
    const configs = new Map(halls.map((config) => [config.id, config]));
    const points: Point[] = [];
    const breath = new Breath();
    for (const [at, ofDate] of Map.groupBy(dues, (due) => due.at)) {
      const date = new Date(at).toISOString().slice(0, 10);
      const known = ofDate.flatMap(({ subject }) => configs.get(subject) ?? []);
      if (known.length === 0) continue;
      const days = known.map((config) => config.days.onDate(date));
      const series = await this.#parts.store.columns({
        measurement: 'hall_slot',
        from: Math.min(...days.map(({ start }) => start)),
        to: Math.max(...days.map(({ end }) => end)),
        tags: { hall: known.map(({ id }) => id) },
        fields: profileSources,
      });
      for (const slots of series) {
        points.push(...this.#profileOf(slots, date, configs));
        await breath.ifDue();
      }
    }
    return points;
  }

  #profileOf(slots: Columns, date: string, configs: ReadonlyMap<string, HallConfig>): Point[] {
    const config = configs.get(slots.tags.hall ?? '');
    return config ? this.#tolerant(config.id, () => dayProfile(slots, date, config.days)) : [];
  }

  /** One hall or region that makes our own code fail stops no other. */
  #tolerant(subject: string, pointOf: () => Point | null): Point[] {
    try {
      const point = pointOf();
      return point ? [point] : [];
    } catch (error) {
      this.#parts.log.error({ subject, error: String(error) }, 'a profile or region can not be rolled up');
      return [];
    }
  }

  async #regions(dues: readonly Due[], all: readonly HallConfig[]): Promise<Point[]> {
    const points: Point[] = [];
    for (const [region, slots] of Map.groupBy(dues, ({ subject }) => subject)) {
      const halls = all.filter((config) => config.region === region);
      if (halls.length === 0) continue;
      for (const run of runsOfSlots(slots.map(({ at }) => at)))
        points.push(...(await this.#regionRun(region, halls, run)));
    }
    return points;
  }

  async #regionRun(region: string, halls: readonly HallConfig[], run: readonly number[]): Promise<Point[]> {
    const { store } = this.#parts;
    const selection = {
      from: Math.min(...run),
      to: Math.max(...run) + slotMs,
      tags: { hall: halls.map(({ id }) => id) },
    };
    const slots = await store.columns({ measurement: 'hall_slot', ...selection, fields: slotSources });
    const minutes = await store.columns({ measurement: 'hall_minute', ...selection, fields: minuteSources });
    const points: Point[] = [];
    const breath = new Breath();
    for (const slot of run) {
      points.push(...this.#tolerant(region, () => regionSlot(region, slot, slots, minutes)));
      await breath.ifDue();
    }
    return points;
  }
}

/** Slots that lie close enough together to be asked for at once. */
function runsOfSlots(slots: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const slot of slots.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last !== undefined && slot - last <= 4 * slotMs && run.length < 96) run.push(slot);
    else runs.push([slot]);
  }
  return runs;
}
