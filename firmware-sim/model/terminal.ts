import type { TerminalState } from '../../server/contracts/names.ts';
import type { HallFile } from '../../server/contracts/registry.ts';
import type { Random } from '../random.ts';
import type { Agenda } from './agenda.ts';
import type { BusinessSystem } from './business-system.ts';
import type { FaultKind, StockFault } from './fault-kinds.ts';
import type { Floor } from './floor.ts';
import { Supplies } from './supplies.ts';
import { stockFaultOf, terminalSpecs } from './terminal-kinds.ts';

const minuteMs = 60_000;
const useVariation = 0.5;
/** Nobody stays at a terminal longer than this many times the mean. */
const longestUse = 5;
/** Customers who don't get done what they came for, at a machine that is well. */
const slipShare = 0.02;
const printing = new Set<string>(['payment-kiosk', 'statement-printer', 'invoice-printer']);

export type Means = 'cash' | 'card' | 'code';

/** Someone at a terminal, or in line for it. */
export interface Patron {
  means: Means;
  /** Runs once: whether they got what they came for. */
  done: (well: boolean) => void;
}

export interface TerminalParts {
  entry: HallFile['terminals'][number];
  agenda: Agenda;
  floor: Floor;
  business: BusinessSystem;
  random: Random;
}

/** One self-service terminal: its line, its supplies, its parts, and the totals of what it did since the day began. */
export class Terminal {
  readonly entry: HallFile['terminals'][number];
  readonly #parts: TerminalParts;
  readonly #line: Patron[] = [];
  readonly #faults = new Map<FaultKind, number>();
  readonly #supplies: Supplies;
  /** Stock faults on record. */
  #lacks: readonly StockFault[] = [];
  #using: Patron | null = null;
  #isOpen = false;
  #done = 0;
  #failed = 0;

  constructor(parts: TerminalParts) {
    const { entry, random } = parts;
    this.entry = entry;
    this.#parts = parts;
    this.#supplies = new Supplies(entry.type, this.#accepts('cash'), random);
  }

  get state(): TerminalState {
    if (this.#isOpen) return 'supervisor';
    if (this.#isBroken) return 'out-of-service';
    const parts = Object.values(this.parts);
    const limps = ['out', 'jammed', 'inoperable'].some((status) => parts.includes(status)) || this.#lacks.length > 0;
    return limps ? 'degraded' : 'in-service';
  }

  /** XFS4IoT's words for the parts that this terminal has. */
  get parts(): Record<string, string> {
    const { type } = this.entry;
    const [toner, cashUnit] = [this.#supplies.word('toner'), this.#supplies.cashWord];
    return {
      device: this.#has('hardware') ? 'hardwareError' : 'online',
      cabinetDoor: this.#isOpen ? 'open' : 'closed',
      ...(printing.has(type) && { paper: this.#paper, cutter: this.#has('cutter') ? 'inoperable' : 'ok' }),
      ...(toner !== undefined && { toner }),
      ...(this.#accepts('card') && { chipModule: this.#has('card-reader') ? 'inoperable' : 'ok' }),
      ...(cashUnit !== undefined && { banknoteReader: this.#has('banknote-reader') ? 'inoperable' : 'ok', cashUnit }),
    };
  }

  /** Staff had better look after its supplies. */
  get needsCare(): boolean {
    return !this.#isDark && this.#supplies.needCare;
  }

  /** People at the machine and in line for it. */
  get length(): number {
    return this.#line.length + (this.#using ? 1 : 0);
  }

  /** Whether a customer sees that they could pay here in this way, or use it where nothing is paid. */
  serves(means: Means): boolean {
    if (this.#isDark || this.#isOpen || this.#isBroken) return false;
    return this.entry.accepts === undefined || this.#usable.includes(means);
  }

  join(patron: Patron): void {
    this.#line.push(patron);
    this.#next();
  }

  strike(kind: FaultKind): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
    if (kind === 'opened') this.#isOpen = true;
    if (!this.serves(this.#using?.means ?? 'code')) this.#interrupt();
    this.tell();
  }

  mend(kind: FaultKind): void {
    const left = (this.#faults.get(kind) ?? 1) - 1;
    this.#faults.set(kind, left);
    if (kind === 'opened' && left === 0) this.#isOpen = false;
    this.tell();
    this.#next();
  }

  /** Staff open the cabinet, fill up what is below `below` percent, empty the cash unit, and close it again. */
  tend(below: number, lengthMs: number): void {
    this.strike('opened');
    this.#parts.agenda.after(lengthMs, () => {
      for (const supply of this.#supplies.refill(below)) {
        this.#parts.floor.record({ kind: 'refill', device: this.entry.id, supply });
      }
      this.#checkStock();
      this.mend('opened');
    });
  }

  /** Puts on record how it is now; a machine without power, or that hangs, tells nothing. */
  tell(): void {
    if (this.#isDark) return;
    const { id } = this.entry;
    this.#parts.floor.record({
      kind: 'terminal',
      device: id,
      state: this.state,
      parts: this.parts,
      stock: this.#supplies.stock,
      busy: this.#using !== null,
      done: this.#done,
      failed: this.#failed,
    });
  }

  get #isDark(): boolean {
    return this.#has('power') || this.#has('frozen');
  }

  get #isBroken(): boolean {
    const { vital } = terminalSpecs[this.entry.type];
    const prints = vital.includes('paper');
    return (
      this.#has('hardware') ||
      vital.some((supply) => this.#lacks.includes(stockFaultOf[supply])) ||
      (prints && (this.#has('paper-jam') || this.#has('cutter'))) ||
      (this.entry.accepts !== undefined && this.#usable.length === 0)
    );
  }

  /** Ways to pay that work now. */
  get #usable(): Means[] {
    return (this.entry.accepts ?? []).filter((means) => {
      if (means === 'cash') return !this.#has('banknote-reader') && !this.#lacks.includes('cash-full');
      return means === 'code' || !this.#has('card-reader');
    });
  }

  get #paper(): string {
    return this.#has('paper-jam') ? 'jammed' : (this.#supplies.word('paper') ?? 'unknown');
  }

  #next(): void {
    if (this.#using) return;
    const patron = this.#line.shift();
    if (!patron) return;
    if (!this.serves(patron.means)) {
      patron.done(false);
      this.#next();
      return;
    }
    this.#using = patron;
    this.tell();
    const mean = terminalSpecs[this.entry.type].useMin * minuteMs;
    const length = Math.min(this.#parts.random.lognormal(mean, useVariation), longestUse * mean);
    this.#parts.agenda.after(length, () => {
      if (this.#using === patron) this.#end(patron, this.#succeeds());
    });
  }

  #succeeds(): boolean {
    const slipped = this.#parts.random.chance(slipShare);
    const tries = this.entry.type === 'experience-terminal' || !this.#parts.business.isDown;
    return tries && !this.#has('payments-fail') && !slipped;
  }

  #end(patron: Patron, well: boolean): void {
    this.#using = null;
    if (well) this.#done += 1;
    else this.#failed += 1;
    if (well) this.#supplies.use(patron.means === 'cash');
    this.#checkStock();
    this.tell();
    patron.done(well);
    this.#next();
  }

  /** The machine stops under somebody's hands; those in line look elsewhere. */
  #interrupt(): void {
    const patrons = [...(this.#using ? [this.#using] : []), ...this.#line.splice(0)];
    if (this.#using) this.#failed += 1;
    this.#using = null;
    for (const patron of patrons) patron.done(false);
  }

  /** Puts on record what has run out or filled up since, and what no longer has. */
  #checkStock(): void {
    const { floor } = this.#parts;
    const [before, now] = [this.#lacks, this.#supplies.faults];
    this.#lacks = now;
    const device = this.entry.id;
    for (const fault of now) if (!before.includes(fault)) floor.record({ kind: 'fault', device, fault });
    for (const fault of before) if (!now.includes(fault)) floor.record({ kind: 'repair', device, fault });
  }

  #has(kind: FaultKind): boolean {
    return (this.#faults.get(kind) ?? 0) > 0;
  }

  #accepts(means: Means): boolean {
    return this.entry.accepts?.includes(means) ?? false;
  }
}
