// The stories of a hall's terminals, kept up to date message by message; derived wholly from their records.
import type { Reading } from '../contracts/readings.ts';
import type { LocalDay } from '../local-days.ts';
import { forgetRecordsBefore, insertInOrder } from './records.ts';
import type { HallState, TerminalRecord } from './state.ts';
import type { TerminalStory } from './terminals.ts';
import { tell, untold } from './terminals.ts';
import { recordTotals } from './totals.ts';

type TerminalBody = Reading['body'] & { kind: 'terminal' };

const keptRecords = 20_000;

export class TerminalBook {
  readonly #state: HallState;
  readonly #stories = new Map<string, TerminalStory>();

  constructor(state: HallState) {
    this.#state = state;
    for (const id of state.terminals.keys()) this.#retell(id);
  }

  storyOf(id: string): TerminalStory {
    return this.#stories.get(id) ?? untold;
  }

  /** Files one message; `part` is its part of the local day, `oldest` the first day whose records are kept. */
  file({ device, at }: Reading, body: TerminalBody, part: string, oldest: LocalDay): void {
    const records = this.#state.terminals.get(device) ?? [];
    this.#state.terminals.set(device, records);
    const { boot, seq, state, busy = null } = body;
    const latest = records.at(-1);
    const parts = shared(latest?.parts, body.parts);
    const stock = shared(latest?.stock, body.stock);
    const record: TerminalRecord = { at, event: 'terminal', device, boot, seq, state, parts, stock, busy };
    this.#fileTransactions(device, body, part);
    const isLatest = insertInOrder(records, record) === records.length - 1;
    const length = records.length;
    forgetRecordsBefore(records, oldest.start);
    records.splice(0, Math.max(0, records.length - keptRecords));
    if (isLatest && records.length === length) this.#stories.set(device, tell(this.storyOf(device), record));
    else this.#retell(device);
  }

  forgetBefore(oldest: LocalDay): void {
    for (const [id, records] of this.#state.terminals) {
      forgetRecordsBefore(records, oldest.start);
      this.#retell(id);
    }
  }

  #fileTransactions(device: string, { boot, seq, done, failed }: TerminalBody, part: string): void {
    if (done === undefined && failed === undefined) return;
    const kept = this.#state.transactions.get(device) ?? { firstBoot: boot, boots: new Map() };
    this.#state.transactions.set(device, kept);
    recordTotals(kept, { boot, seq, in: done ?? 0, out: failed ?? 0, part }, undefined);
  }

  #retell(id: string): void {
    this.#stories.set(id, (this.#state.terminals.get(id) ?? []).reduce(tell, untold));
  }
}

/** Most messages repeat what the one before said: one object then serves both, which halves what a hall weighs. */
function shared<T>(
  before: Record<string, T> | null | undefined,
  now: Record<string, T> | undefined,
): Record<string, T> | null {
  if (now === undefined) return null;
  if (!before) return now;
  const keys = Object.keys(now);
  const isSame = keys.length === Object.keys(before).length && keys.every((key) => Object.is(before[key], now[key]));
  return isSame ? before : now;
}
