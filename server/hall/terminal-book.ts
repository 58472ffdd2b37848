// The stories of a hall's terminals, kept up to date message by message; derived wholly from their records.
import type { Reading } from '../contracts/readings.ts';
import type { LocalDay } from '../local-days.ts';
import type { HallState, TerminalLog, TerminalWord } from './state.ts';
import { cutLog, logMessage } from './terminal-log.ts';
import type { TerminalStory } from './terminals.ts';
import { tell, untold } from './terminals.ts';
import { recordTotals } from './totals.ts';

type TerminalBody = Reading['body'] & { kind: 'terminal' };

const keptMessages = 20_000;
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
    const { at, said } = this.#state.terminals.get(id) ?? emptyLog();
    const told = said.reduce((story, word, i) => tell(story, at[i] ?? 0, word), untold);
    this.#stories.set(id, told);
    return told;
  }

  /** Files one message; `part` is its part of the local day, `oldest` the first day whose records are kept. */
  file({ device, at }: Reading, body: TerminalBody, part: string, oldest: LocalDay): void {
    const log = this.#state.terminals.get(device) ?? emptyLog();
    this.#state.terminals.set(device, log);
    this.#fileTransactions(device, body, part);
    const word = wordOf(body, log.said);
    const isLatest = logMessage(log, at, body.seq, word);
    const isCut = cutLog(log, oldest.start, keptMessages);
    // A story is told again only when somebody asks for it: a late burst costs one telling, not one for each message.
    const story = this.#stories.get(device);
    if (story && isLatest && !isCut) this.#stories.set(device, tell(story, at, word));
    else this.#stories.delete(device);
  }

  forgetBefore(oldest: LocalDay): void {
    for (const [id, log] of this.#state.terminals)
      if (cutLog(log, oldest.start, keptMessages)) this.#stories.delete(id);
  }

  #fileTransactions(device: string, { boot, seq, done, failed }: TerminalBody, part: string): void {
    if (done === undefined && failed === undefined) return;
    const kept = this.#state.transactions.get(device) ?? { firstBoot: boot, boots: new Map() };
    this.#state.transactions.set(device, kept);
    recordTotals(kept, { boot, seq, in: done ?? 0, out: failed ?? 0, part }, undefined);
  }
}

function emptyLog(): TerminalLog {
  return { at: [], seq: [], said: [] };
}

/** What a message says. Most repeat one of the last few, or its parts and stock: one object then serves them all. */
function wordOf(body: TerminalBody, before: readonly TerminalWord[]): TerminalWord {
  const { boot, state, busy = null } = body;
  const latest = before.at(-1);
  const word = {
    boot,
    state,
    parts: shared(latest?.parts, body.parts),
    stock: shared(latest?.stock, body.stock),
    busy,
  };
  for (let back = 1; back <= lookedBack; back++) {
    const said = before.at(-back);
    if (said && isEqual(said, word)) return said;
  }
  return word;
}

function isEqual(a: TerminalWord, b: TerminalWord): boolean {
  return a.busy === b.busy && a.stock === b.stock && a.parts === b.parts && a.state === b.state && a.boot === b.boot;
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
