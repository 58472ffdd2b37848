import type { Reading } from '../../contracts/readings.ts';
import type { Trace } from '../../hall/trace.ts';
import type { CountedAt, CountedMinute } from './span.ts';
import { minuteMs } from './span.ts';

/** What was counted at doors and terminals, for a past that is read at once. */
export class CountedInMemory {
  readonly #minutes = new Map<string, Map<number, CountedMinute>>();
  readonly #from: number;

  /** What is booked before `from` (epoch ms) is left out. */
  constructor(from: number) {
    this.#from = from;
  }

  /** Takes in what a reading of the hall counted. */
  take({ hall, device, at, body }: Reading, trace: Trace | null): void {
    if (trace === null) return;
    // A message of a door that counts nobody says that its minute is known.
    if (body.kind === 'door') this.#add(`${hall}|${device}`, { at, in: 0, out: 0 });
    for (const step of trace.steps) this.#add(`${hall}|${device}`, step);
  }

  readonly at: CountedAt = (hall, device, from, to) =>
    [...(this.#minutes.get(`${hall}|${device}`)?.values() ?? [])]
      .filter(({ at }) => at >= Math.floor(from / minuteMs) * minuteMs && at < to)
      .sort((a, b) => a.at - b.at);

  /** Forgets what a hall's devices counted before `at`, epoch ms. */
  forgetBefore(hall: string, at: number): void {
    for (const [key, minutes] of this.#minutes) {
      if (!key.startsWith(`${hall}|`)) continue;
      for (const minute of minutes.keys()) if (minute < at) minutes.delete(minute);
    }
  }

  #add(key: string, step: CountedMinute): void {
    if (step.at < this.#from) return;
    const minutes = this.#minutes.get(key) ?? new Map<number, CountedMinute>();
    this.#minutes.set(key, minutes);
    const at = Math.floor(step.at / minuteMs) * minuteMs;
    const minute = minutes.get(at) ?? { at, in: 0, out: 0 };
    minutes.set(at, minute);
    minute.in += step.in;
    minute.out += step.out;
  }
}
