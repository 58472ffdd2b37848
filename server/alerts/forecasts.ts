// When waits will pass their limits, hall by hall: played forward anew a few times a minute, however often rules look.
import type { DeskLive } from '../contracts/hall-live.ts';
import type { AheadAsked } from '../hall/advice/limits-ahead.ts';
import { limitsAhead } from '../hall/advice/limits-ahead.ts';
import { isUnsureAt } from '../hall/clocks.ts';
import type { Hall } from '../hall/hall.ts';

const everyMs = 15_000;
const none: ReadonlyMap<string, number> = new Map();

export class Forecasts {
  readonly #known = new Map<string, { at: number; until: number; limits: ReadonlyMap<string, number> }>();

  /** By service, when the first of those who wait passes the limit; see `limitsAhead`. Nothing is known of halls that don't learn. */
  of(
    { books, config, lesson }: Hall,
    desks: () => readonly DeskLive[],
    asked: Pick<AheadAsked, 'now' | 'until' | 'margin'>,
  ): ReadonlyMap<string, number> {
    const { now, until } = asked;
    if (!lesson) return none;
    const known = this.#known.get(config.id);
    if (known && now >= known.at && now < known.at + everyMs && until - known.until < everyMs) return known.limits;
    const isUnsure = (at: number) => isUnsureAt(books.state, config.file.queueMachines, at);
    const parts = { config, ledger: books.ledger, desks, isUnsure };
    const limits = limitsAhead(parts, lesson.waits, { ...asked, desks: desks(), closesAt: null });
    this.#known.set(config.id, { at: now, until, limits });
    return limits;
  }
}
