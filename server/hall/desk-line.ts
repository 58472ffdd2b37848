import { compareRecords } from './records.ts';
import type { TicketRecord } from './tickets.ts';

/** A call or start at a desk, and the number it was for. */
interface Turn {
  key: string;
  record: TicketRecord;
}

/** The turns of each desk in event order: who came after whom, which is what Q2 presumes an end from. */
export class DeskLine {
  readonly #turns = new Map<string, Turn[]>();

  /** Adds a `called` or `started` with a desk; answers the other numbers whose next turn this may have changed. */
  add(key: string, record: TicketRecord): string[] {
    if (record.desk === undefined || (record.event !== 'called' && record.event !== 'started')) return [];
    let turns = this.#turns.get(record.desk);
    if (!turns) {
      turns = [];
      this.#turns.set(record.desk, turns);
    }
    let i = turns.length;
    while (i > 0 && compareRecords((turns[i - 1] as Turn).record, record) > 0) i--;
    turns.splice(i, 0, { key, record });
    const before = turns[i - 1]?.key;
    return before === undefined || before === key ? [] : [before];
  }

  /**
   * When the desk first turned to another ticket after `record`, the latest one of its own ticket; null when it has not.
   * The same number again is another ticket: whatever follows a visit's latest turn isn't of that visit.
   */
  turnAfter(record: TicketRecord): number | null {
    const turns = record.desk === undefined ? undefined : this.#turns.get(record.desk);
    if (!turns) return null;
    let i = turns.length;
    while (i > 0 && compareRecords((turns[i - 1] as Turn).record, record) > 0) i--;
    return turns[i]?.record.at ?? null;
  }

  /** The desk's latest turn, or null. */
  latest(desk: string): Turn | null {
    return this.#turns.get(desk)?.at(-1) ?? null;
  }

  forgetBefore(at: number): void {
    for (const [desk, turns] of this.#turns) {
      const kept = turns.filter((turn) => turn.record.at >= at);
      if (kept.length > 0) this.#turns.set(desk, kept);
      else this.#turns.delete(desk);
    }
  }
}
