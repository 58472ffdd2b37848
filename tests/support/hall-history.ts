// A hall whose history goes into an outbox that nobody drains: for tests of what is derived.
import { pino } from 'pino';
import { manualClock } from '../../server/clock.ts';
import type { HallConfig } from '../../server/config/hall-config.ts';
import type { Reading } from '../../server/contracts/readings.ts';
import { Hall } from '../../server/hall/hall.ts';
import type { Cap } from '../../server/history/outbox.ts';
import { Outbox } from '../../server/history/outbox.ts';
import type { Point } from '../../server/history/points.ts';
import { Roller } from '../../server/history/roller.ts';
import { Scribe } from '../../server/history/scribe.ts';
import { hallConfig } from './hall-maker.ts';

const log = pino({ level: 'silent' });

interface Options {
  now: number;
  config?: HallConfig;
  cap?: Partial<Cap>;
}

export function hallHistory({ now, config = hallConfig(), cap = {} }: Options) {
  const clock = manualClock(now);
  const hall = new Hall(config);
  const outbox = new Outbox({ path: ':memory:', clock, cap });
  const scribe = new Scribe({ outbox, hall: () => hall, log, now: () => clock.now(), simulated: true, journalDays: 7 });
  const rollerOf = () => new Roller({ outbox, halls: () => [hall], clock, log, simulated: true });
  let roller = rollerOf();
  const put = outbox.put.bind(outbox);
  let id = 0;
  return {
    clock,
    hall,
    outbox,
    scribe,
    take(...readings: Reading[]): void {
      for (const reading of readings) {
        const { notes, trace } = hall.apply(reading);
        scribe.take({ id: ++id, reading, notes, trace });
      }
    },
    /** Puts what was told and rolls up what is due, as of now. */
    async roll(): Promise<void> {
      scribe.flush();
      await this.rollAlone();
    },
    /** Rolls up what is due of what was put, as of now. */
    async rollAlone(): Promise<void> {
      await roller.pass();
      while (outbox.work.due('slot', 1).length > 0) await roller.pass();
    },
    /** From here on nothing can be written: found at the end of a transaction, as SQLite finds it. */
    fillDisk(): void {
      outbox.put = (points, position, also) =>
        put(points, position, () => {
          also?.();
          throw new Error('full');
        });
    },
    emptyDisk(): void {
      outbox.put = put;
    },
    /** What the roller had in memory is gone, as after a restart. */
    restart(): void {
      roller = rollerOf();
    },
    /** The fields of a point as they stand, by its ms and a tag that is not the hall; undefined where none was written. */
    said(measurement: Point['measurement'], at: number, tag?: string): Point['fields'] | undefined {
      const isAsked = (point: Point) =>
        point.measurement === measurement &&
        Math.floor(point.at / 1000) === at &&
        (tag === undefined || Object.values(point.tags).includes(tag));
      const versions = outbox.take(1_000_000)?.points.filter(isAsked) ?? [];
      return versions.length === 0 ? undefined : Object.assign({}, ...versions.map(({ fields }) => fields));
    },
  };
}
