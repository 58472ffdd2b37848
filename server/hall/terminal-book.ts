// The stories of a hall's terminals, kept up to date message by message; derived wholly from their records.
import type { Reading } from '../contracts/readings.ts';
import type { LocalDay } from '../local-days.ts';
import { forgetRecordsBefore, insertInOrder } from './records.ts';
import type { HallState, TerminalRecord, TerminalWord } from './state.ts';
import type { TerminalStory } from './terminals.ts';
import { tell, untold } from './terminals.ts';
import { recordTotals } from './totals.ts';

type TerminalBody = Reading['body'] & { kind: 'terminal' };

const keptRecords = 20_000;
const lookedBack = 4;

export class TerminalBook {
  readonly #state: HallState;
  readonly #stories = new Map<string, TerminalStory>();

  constructor(state: HallState) {
    this.#state = state;
  }

  storyOf(id: string): TerminalStory {
    const known = this.#stories.get(id);
    if (known) return known;
    const told = (this.#state.terminals.get(id) ?? []).reduce(tell, untold);
    this.#stories.set(id, told);
    return told;
  }

  /** Files one message; `part` is its part of the local day, `oldest` the first day whose records are kept. */
  file({ device, at }: Reading, body: TerminalBody, part: string, oldest: LocalDay): void {
    const records = this.#state.terminals.get(device) ?? [];
    this.#state.terminals.set(device, records);
    const record = { at, seq: body.seq, said: wordOf(device, body, records) };
    this.#fileTransactions(device, body, part);
    const isLatest = insertInOrder(records, record) === records.length - 1;
    const length = records.length;
    forgetRecordsBefore(records, oldest.start);
    records.splice(0, Math.max(0, records.length - keptRecords));
    // A story is told again only when somebody asks for it: a late burst costs one telling, not one for each message.
    const story = this.#stories.get(device);
    if (story && isLatest && records.length === length) this.#stories.set(device, tell(story, record));
    else this.#stories.delete(device);
  }

  forgetBefore(oldest: LocalDay): void {
    for (const [id, records] of this.#state.terminals) {
      forgetRecordsBefore(records, oldest.start);
      this.#stories.delete(id);
    }
  }

  #fileTransactions(device: string, { boot, seq, done, failed }: TerminalBody, part: string): void {
    if (done === undefined && failed === undefined) return;
    const kept = this.#state.transactions.get(device) ?? { firstBoot: boot, boots: new Map() };
    this.#state.transactions.set(device, kept);
    recordTotals(kept, { boot, seq, in: done ?? 0, out: failed ?? 0, part }, undefined);
  }
}

/** What a message says. Most repeat one of the last few, or its parts and stock: one object then serves them all. */
function wordOf(device: string, body: TerminalBody, before: readonly TerminalRecord[]): TerminalWord {
  const { boot, state, busy = null } = body;
  const latest = before.at(-1)?.said;
  const parts = shared(latest?.parts, body.parts);
  const stock = shared(latest?.stock, body.stock);
  for (let back = 1; back <= lookedBack; back++) {
    const said = before.at(-back)?.said;
    if (
      said?.boot === boot &&
      said.state === state &&
      said.busy === busy &&
      said.parts === parts &&
      said.stock === stock
    )
      return said;
  }
  return { device, boot, event: 'terminal', state, parts, stock, busy };
}

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
