import type { Random } from '../random.ts';
import type { StockFault } from './fault-kinds.ts';
import type { Supply } from './terminal-kinds.ts';
import { cashPerUse, highAt, lowAt, stockFaultOf, terminalSpecs } from './terminal-kinds.ts';

/** Stock is told in steps of this many percent. */
const stockStep = 5;

/** What a terminal uses up, and the cash it takes in, in percent. A day begins somewhere in between. */
export class Supplies {
  readonly #levels = new Map<Supply, number>();
  readonly #takes: Partial<Record<Supply, number>>;
  #cash: number | null;

  constructor(type: keyof typeof terminalSpecs, takesCash: boolean, random: Random) {
    this.#takes = terminalSpecs[type].takes;
    for (const supply of Object.keys(this.#takes) as Supply[]) this.#levels.set(supply, random.between(25, 100));
    this.#cash = takesCash ? random.between(0, 60) : null;
  }

  /** XFS4IoT's word for how much there is of a supply; undefined where the terminal has none. */
  word(supply: Supply): string | undefined {
    const level = this.#levels.get(supply);
    if (level === undefined) return undefined;
    return level <= 0 ? 'out' : level <= lowAt ? 'low' : 'full';
  }

  get cashWord(): string | undefined {
    if (this.#cash === null) return undefined;
    return this.#cash >= 100 ? 'full' : this.#cash >= highAt ? 'high' : 'ok';
  }

  /** Levels as the terminal tells them. */
  get stock(): Record<string, number> {
    const levels: [string, number][] = [...this.#levels];
    if (this.#cash !== null) levels.push(['cashUnit', this.#cash]);
    return Object.fromEntries(levels.map(([name, level]) => [name, Math.round(level / stockStep) * stockStep]));
  }

  /** What has run out or filled up. */
  get faults(): StockFault[] {
    const out = [...this.#levels].filter(([, level]) => level <= 0).map(([supply]) => stockFaultOf[supply]);
    return (this.#cash ?? 0) >= 100 ? [...out, 'cash-full'] : out;
  }

  get needCare(): boolean {
    return [...this.#levels.values()].some((level) => level <= lowAt) || (this.#cash ?? 0) >= highAt;
  }

  use(inCash: boolean): void {
    for (const [supply, level] of this.#levels) {
      this.#levels.set(supply, Math.max(0, level - (this.#takes[supply] ?? 0)));
    }
    if (inCash && this.#cash !== null) this.#cash = Math.min(100, this.#cash + cashPerUse);
  }

  /** Fills up what is below so many percent, and empties a cash unit that has less room; names what was seen to. */
  refill(below: number): string[] {
    const low = [...this.#levels].filter(([, level]) => level < below).map(([supply]) => supply);
    for (const supply of low) this.#levels.set(supply, 100);
    if ((this.#cash ?? 0) <= 100 - below) return low;
    this.#cash = 0;
    return [...low, 'cashUnit'];
  }
}
