// Takes in points of days gone by, and sees to it that nothing that was really lived is written over: a hall that lived since a date
// has a past told of it only before that date.

import type { HallConfig } from '../../config/hall-config.ts';
import { isDate } from '../../config/places.ts';
import type { PastPoints, PastTaken } from '../../contracts/past.ts';
import type { MeasurementName, Retention } from '../catalogue.ts';
import { catalogue, definitionOf, retentions } from '../catalogue.ts';
import type { Outbox } from '../outbox.ts';
import type { Point } from '../points.ts';
import { pointFault } from '../points.ts';
import type { HistoryStore, Keep } from '../port.ts';
import { duesOf } from '../rollup/dues.ts';
import type { ToldDate } from './told-dates.ts';

interface Parts {
  outbox: Outbox;
  store: Pick<HistoryStore, 'points'>;
  hall: (id: string) => HallConfig | undefined;
  /** The earliest moment that anything was heard of a hall, epoch ms; null when nothing was. */
  heardFrom: (hall: string) => number | null;
  keep: Keep;
  now: () => number;
  /** What the store judges the age of points by, epoch ms. */
  storeNow: () => number;
}

/** What it takes to judge a hall's points. */
interface Judged {
  config: HallConfig;
  /** Epoch microseconds. */
  before: number;
  /** Dates that other stories told. */
  others: ReadonlySet<string>;
}

const dayMs = 86_400_000;
/** Rolled up here from the others, or nothing that a past has. */
const notTold: readonly MeasurementName[] = ['hall_day_profile', 'region_slot', 'quote_day', 'alert'];

export class PastBook {
  readonly #parts: Parts;
  /** By hall, the first date of history that wasn't told afterwards, as it was when first asked for; null for none. */
  readonly #lived = new Map<string, Promise<string | null>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  told(hall: string): ToldDate[] {
    return this.#parts.outbox.told.of(hall);
  }

  /** Epoch ms from which points are kept, by retention. */
  get oldest(): Record<Retention, number> {
    const { keep, storeNow } = this.#parts;
    const now = storeNow();
    const from = retentions.map((name) => [name, now - keep[name] * dayMs] as const);
    return Object.fromEntries(from) as Record<Retention, number>;
  }

  /**
   * The first local date of a hall that isn't to be written: the earliest of today, of the first that its devices were heard of, and
   * of the first that history has without having been told of it afterwards. Throws `history-away`.
   */
  async livesFrom(hall: HallConfig): Promise<string> {
    const lived = this.#lived.getOrInsertComputed(hall.id, () => this.#firstLived(hall));
    lived.catch(() => this.#lived.delete(hall.id));
    const heard = this.#parts.heardFrom(hall.id);
    const dates = [hall.days.of(this.#parts.now()).date, await lived, heard === null ? null : hall.days.of(heard).date];
    return dates.filter((date) => date !== null).sort()[0] ?? '';
  }

  /** Puts those of the points that may be, in one transaction with what follows from them. Throws `history-away`, and what SQLite throws. */
  async take({ points, story, whole = [] }: PastPoints): Promise<PastTaken> {
    const ids = new Set([...points.map(({ tags }) => tags.hall ?? ''), ...whole.map(({ hall }) => hall)]);
    const halls = new Map<string, Judged>();
    for (const id of ids) {
      const config = this.#parts.hall(id);
      if (config) halls.set(id, await this.#judged(config, story));
    }
    const reasons = new Map<string, number>();
    const oldest = this.oldest;
    const taken: Point[] = [];
    const dates = new Map<string, { hall: string; date: string }>();
    for (const point of points as Point[]) {
      const judged = halls.get(point.tags.hall ?? '');
      const reason = this.#faultOf(point, judged, oldest);
      if (reason !== null || !judged) reasons.set(reason ?? '', (reasons.get(reason ?? '') ?? 0) + 1);
      else {
        taken.push(point);
        const { date } = judged.config.days.of(point.at / 1000);
        dates.set(`${judged.config.id} ${date}`, { hall: judged.config.id, date });
      }
    }
    this.#put(taken, [...dates.values()], { story, whole: whole.filter((one) => mayBeWhole(one, halls)) });
    return { taken: taken.length, refused: [...reasons].map(([reason, count]) => ({ reason, count })) };
  }

  /** True if a story told all of a hall's dates from `from` to `until`, which are before it lived. Throws `history-away`. */
  async hasTold(
    hall: HallConfig,
    { story, from, until }: { story: string; from: string; until: string },
  ): Promise<boolean> {
    if (!isDate(from) || !isDate(until) || from > until || until >= (await this.livesFrom(hall))) return false;
    const whole = this.told(hall.id).filter((one) => one.whole && one.date >= from && one.date <= until);
    const dates = Temporal.PlainDate.from(from).until(until).days + 1;
    return whole.length === dates && whole.every((one) => one.story === story);
  }

  #put(
    points: readonly Point[],
    begun: readonly { hall: string; date: string }[],
    { story, whole }: { story: string; whole: readonly { hall: string; date: string }[] },
  ): void {
    const { outbox, hall: configOf } = this.#parts;
    const dues = whole.flatMap(({ hall, date }) => {
      const config = configOf(hall);
      const day = config?.days.onDate(date);
      return config && day ? duesOf(config, day.start, day.end) : [];
    });
    // Halls share their region's slots.
    const once = new Map(dues.map((due) => [`${due.kind} ${due.subject} ${due.at}`, due]));
    outbox.put(points, outbox.position, () => {
      for (const { hall, date } of begun) outbox.told.begin(hall, date, story);
      for (const { hall, date } of whole) outbox.told.end(hall, date, story);
      for (const due of once.values()) outbox.work.addDue(due);
    });
    // Whoever told it forgets it.
    outbox.settle();
  }

  async #judged(config: HallConfig, story: string): Promise<Judged> {
    const before = config.days.onDate(await this.livesFrom(config)).start * 1000;
    const others = this.told(config.id).filter((one) => one.story !== story);
    return { config, before, others: new Set(others.map(({ date }) => date)) };
  }

  #faultOf(point: Point, judged: Judged | undefined, oldest: Record<Retention, number>): string | null {
    const { measurement, fields, at } = point;
    if (!Object.hasOwn(catalogue, measurement) || notTold.includes(measurement))
      return `no past of ${measurement} is taken`;
    if (!judged) return 'unknown hall';
    const fault = pointFault(point);
    if (fault) return fault;
    if (fields.simulated !== true) return 'not simulated';
    if (at >= judged.before) return 'lived: the hall was heard of then, or it is not over';
    if (at < oldest[definitionOf(measurement).retention] * 1000) return 'older than is kept';
    return judged.others.has(judged.config.days.of(at / 1000).date) ? 'told by another story' : null;
  }

  /** Looks between the dates that were told afterwards. */
  async #firstLived({ id, days }: HallConfig): Promise<string | null> {
    const { store, now } = this.#parts;
    let from = 0;
    const told = this.told(id).map(({ date }) => days.onDate(date));
    for (const { start, end } of [...told, { start: now() + 2 * dayMs, end: 0 }]) {
      if (start > from) {
        for await (const { at } of store.points({ measurement: 'hall_slot', from, to: start, tags: { hall: id } })) {
          return days.of(at / 1000).date;
        }
      }
      from = end;
    }
    return null;
  }
}

function mayBeWhole({ hall, date }: { hall: string; date: string }, halls: ReadonlyMap<string, Judged>): boolean {
  const judged = halls.get(hall);
  return (
    judged !== undefined && judged.config.days.onDate(date).end * 1000 <= judged.before && !judged.others.has(date)
  );
}
