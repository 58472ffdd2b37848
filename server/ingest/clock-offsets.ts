// Offsets of clocks that are steadily off: decided at the head of the journal alone, and from then on read from there (T2).
import type { Clock } from '../clock.ts';
import type { Reading } from '../contracts/readings.ts';
import type { Halls } from '../hall/halls.ts';
import type { Journal } from '../journal/journal.ts';
import { offsetsEntry } from '../journal/offsets.ts';
import type { Logger } from '../log.ts';

interface Parts {
  halls: Pick<Halls, 'get'>;
  journal: () => Pick<Journal, 'append'>;
  clock: Clock;
  log: Logger;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** A device whose clock needs more in a day has no steady one. */
const changesADay = 24;

export class ClockOffsets {
  readonly #parts: Parts;
  /** By device of the registry, the offset that was asked for last and is yet to be seen in a message. */
  readonly #asked = new Map<string, number>();
  /** By device, how many offsets it got on which day. */
  readonly #given = new Map<string, { day: number; count: number }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Hears of a message once it was applied: at the head alone. */
  applied({ hall, device }: Reading): void {
    const { halls, journal, clock, log } = this.#parts;
    const judgement = halls.get(hall)?.state.clocks.get(device);
    if (!judgement) return;
    const { dueOffsetMs: due, offsetMs: before } = judgement;
    if (due === null) {
      this.#asked.delete(device);
      return;
    }
    if (this.#asked.get(device) === due || !this.#mayChange(device, clock.now())) return;
    this.#asked.set(device, due);
    journal().append(offsetsEntry(new Map([[device, due]]), clock.now()), (error) => {
      // It is asked for again with the next message.
      if (error) this.#asked.delete(device);
      else log.warn({ hall, device, offsetMin: due / minuteMs, beforeMin: before / minuteMs }, wordsOf(due));
    });
  }

  #mayChange(device: string, now: number): boolean {
    const day = Math.floor(now / dayMs);
    const given = this.#given.get(device);
    const count = given?.day === day ? given.count + 1 : 1;
    if (count > changesADay) return false;
    this.#given.set(device, { day, count });
    return true;
  }
}

function wordsOf(offsetMs: number): string {
  if (offsetMs === 0) return 'a device’s clock is right again: its times are taken as they are';
  return `a device’s clock is ${offsetMs > 0 ? 'behind' : 'ahead'}: its times are corrected from here on`;
}
