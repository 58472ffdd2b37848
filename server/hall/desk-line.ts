import { compareRecords } from './records.ts';
import type { TicketRecord } from './tickets.ts';

/** A call or start at a desk, and the number it was for. */
export interface Turn {
  key: string;
  record: TicketRecord;
}

/** The turns of each desk in event order: who came after whom, which is what Q2 presumes an end from. */
export class DeskLine {
  readonly #turns = new Map<string, Turn[]>();

  /** The turn that a new record will come right after at its desk; null if there's none. */
  previous(record: TicketRecord): Turn | null {
    const turns = this.#turns.get(deskOfTurn(record) ?? '');
    return turns?.[placeAfter(turns, record) - 1] ?? null;
  }

  /** Adds a record to its desk's line, if it is a turn. */
  add(key: string, record: TicketRecord): void {
    const desk = deskOfTurn(record);
    if (desk === undefined) return;
    const turns = this.#turnsAt(desk);
    turns.splice(placeAfter(turns, record), 0, { key, record });
  }

  /** Adds the turns of all these numbers to a line that is still empty. */
  addAll(tickets: ReadonlyMap<string, readonly TicketRecord[]>): void {
    for (const [key, records] of tickets) {
      for (const record of records) {
        const desk = deskOfTurn(record);
        if (desk !== undefined) this.#turnsAt(desk).push({ key, record });
      }
    }
    for (const turns of this.#turns.values()) turns.sort((a, b) => compareRecords(a.record, b.record));
  }

  /**
   * When the desk first turned to another ticket after `record`, the latest one of its own ticket; null when it has not.
   * The same number again is another ticket: whatever follows a visit's latest turn isn't of that visit.
   */
  turnAfter(record: TicketRecord, desk = record.said.desk): number | null {
    const turns = this.#turns.get(desk ?? '') ?? [];
    return turns[placeAfter(turns, record)]?.record.at ?? null;
  }

  /** A desk's turns from `from` on, up to but without `to`, and the one before them. */
  within(desk: string, from: number, to: number): readonly Turn[] {
    const turns = this.#turns.get(desk) ?? [];
    let end = turns.length;
    while (end > 0 && (turns[end - 1]?.record.at ?? 0) >= to) end--;
    let begin = end;
    while (begin > 0 && (turns[begin]?.record.at ?? from) >= from) begin--;
    return turns.slice(begin, end);
  }

  /** The desk's latest turn, or null. */
  latest(desk: string): Turn | null {
    return this.#turns.get(desk)?.at(-1) ?? null;
  }

  /** Forgets records of a number, wherever they stand. */
  forget(key: string, records: readonly TicketRecord[]): void {
    const gone = new Set(records);
    for (const desk of new Set(records.flatMap((record) => deskOfTurn(record) ?? []))) {
      const kept = this.#turnsAt(desk).filter((turn) => turn.key !== key || !gone.has(turn.record));
      if (kept.length > 0) this.#turns.set(desk, kept);
      else this.#turns.delete(desk);
    }
  }

  forgetBefore(at: number): void {
    for (const [desk, turns] of this.#turns) {
      const kept = turns.filter((turn) => turn.record.at >= at);
      if (kept.length > 0) this.#turns.set(desk, kept);
      else this.#turns.delete(desk);
    }
  }

  #turnsAt(desk: string): Turn[] {
    const known = this.#turns.get(desk);
    if (known) return known;
    const turns: Turn[] = [];
    this.#turns.set(desk, turns);
    return turns;
  }
}

/** The desk in whose line a record stands: only a call or start that names a desk does. */
function deskOfTurn({ said }: TicketRecord): string | undefined {
  return said.event === 'called' || said.event === 'started' ? said.desk : undefined;
}

/** The index after the last turn that doesn't come after `record`; nearly all are asked about near the end. */
function placeAfter(turns: readonly Turn[], record: TicketRecord): number {
  let i = turns.length;
  while (i > 0 && compareRecords((turns[i - 1] as Turn).record, record) > 0) i--;
  return i;
}
