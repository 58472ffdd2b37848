// When waits will pass their limits, hall by hall: played forward anew a few times a minute, however often rules look.
import type { DeskLive } from '../contracts/hall-live.ts';
import { limitsAhead } from '../hall/advice/limits-ahead.ts';
import type { Hall } from '../hall/hall.ts';

const everyMs = 15_000;
const none: ReadonlyMap<string, number> = new Map();

export class Forecasts {
  readonly #known = new Map<string, { at: number; until: number; limits: ReadonlyMap<string, number> }>();

  /** By service, the moment at which the first customer passes the limit, up to `until`; nothing is known of halls that don't learn. */
  of(
    { books, config, lesson }: Hall,
    desks: () => readonly DeskLive[],
    now: number,
    until: number,
  ): ReadonlyMap<string, number> {
    if (!lesson) return none;
    const known = this.#known.get(config.id);
    if (known && now >= known.at && now < known.at + everyMs && until - known.until < everyMs) return known.limits;
    const asked = { now, desks: desks(), closesAt: config.hours.state(now).closesAt, until };
    const ahead = limitsAhead({ config, ledger: books.ledger, desks }, lesson.waits, asked);
    const limits = new Map([...ahead].map(([service, { at }]) => [service, at]));
    this.#known.set(config.id, { at: now, until, limits });
    return limits;
  }
}
