// How right quotes were, as points: once more for each day and service of which more was judged since.
import type { Hall } from '../../hall/hall.ts';
import type { Point } from '../points.ts';

export class QuotePoints {
  /** By hall, date and service: how many waits were judged when it was last told. */
  readonly #told = new Map<string, number>();

  /** Of local dates from `oldest` on: of older ones, as a device with a wrong clock makes them, nothing would be remembered. */
  of({ lesson, config }: Hall, simulated: boolean, oldest: string): Point[] {
    const points: Point[] = [];
    for (const [date, services] of lesson?.waits.card ?? []) {
      if (date < oldest) continue;
      for (const [service, { n, offS, biasS, covered, widthS }] of services) {
        const name = `${config.id} ${date} ${service}`;
        if (service === '' || this.#told.get(name) === n) continue;
        this.#told.set(name, n);
        points.push({
          measurement: 'quote_day',
          tags: { hall: config.id, service },
          at: Date.parse(date) * 1000,
          fields: {
            ...{ n, covered, simulated },
            ...{ offS: Math.round(offS), biasS: Math.round(biasS), widthS: Math.round(widthS) },
          },
        });
      }
    }
    return points;
  }

  /** Forgets what it told of days before a local date: cards are kept for a week or so. */
  forgetBefore(date: string): void {
    for (const name of this.#told.keys()) if ((name.split(' ')[1] ?? '') < date) this.#told.delete(name);
  }
}
