// The stories of a hall's terminals, kept up to date message by message; derived wholly from their records.
import type { Reading } from '../contracts/readings.ts';
import type { LocalDay } from '../local-days.ts';
import type { HallState, TerminalLog, TerminalWord } from './state.ts';
import { cutLog, logMessage } from './terminal-log.ts';
import type { TerminalPicture, TerminalStory } from './terminals.ts';
import { tell, untold } from './terminals.ts';
import type { Step } from './totals.ts';
import { emptyTotals, recordTotals, totalsBeside } from './totals.ts';
import type { Trace } from './trace.ts';
import { earliest, goesOn as forEver, traceOf } from './trace.ts';

type TerminalBody = Reading['body'] & { kind: 'terminal' };

const none: readonly never[] = [];
const keptMessages = 20_000;
const lookedBack = 4;

export class TerminalBook {
  readonly #state: HallState;
  readonly #stories = new Map<string, TerminalStory>();
  /** How far each log was read when its past was last asked about: nearly always the next question goes on from there. */
  readonly #read = new Map<string, { i: number; story: TerminalStory }>();

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

  /** Files one message; `part` is its part of the local day, `oldest` the first day whose records are kept. Answers what changed. */
  file(
    { device, at, goesOn }: { device: string; at: number; goesOn: boolean },
    body: TerminalBody,
    part: string,
    oldest: LocalDay,
  ): Trace {
    const steps = this.#fileTransactions(device, body, { at, part, goesOn });
    const { log, isLatest } = this.#log(device, body, at, oldest);
    // What later messages of its boot don't name, they take over from this one.
    const next = isLatest ? -1 : log.said.findIndex(({ boot }, i) => (log.at[i] ?? 0) > at && boot !== body.boot);
    const to = log.at[next] ?? forEver;
    return traceOf({ from: earliest(at, steps), to }, { steps });
  }

  /**
   * Files what a retained message tells of a terminal that wasn't heard yet: how it was, and no transactions. False
   * when that is known.
   */
  fileOld({ device, at }: { device: string; at: number }, body: TerminalBody, oldest: LocalDay): boolean {
    const known = this.#state.terminals.get(device);
    if (known?.at.some((one, i) => one === at && known.seq[i] === body.seq)) return false;
    this.#log(device, body, at, oldest);
    return true;
  }

  #log(device: string, body: TerminalBody, at: number, oldest: LocalDay): { log: TerminalLog; isLatest: boolean } {
    const log = this.#state.terminals.get(device) ?? emptyLog();
    this.#state.terminals.set(device, log);
    const word = wordOf(body, log.said);
    const isLatest = logMessage(log, at, body.seq, word);
    const isCut = cutLog(log, oldest.start, keptMessages);
    // A story is told again only when somebody asks for it: a late burst costs one telling, not one for each message.
    const story = this.#stories.get(device);
    if (story && isLatest && !isCut) this.#stories.set(device, tell(story, at, word));
    else this.#stories.delete(device);
    if (!isLatest || isCut) this.#read.delete(device);
    return { log, isLatest };
  }

  forgetBefore(oldest: LocalDay): void {
    for (const [id, log] of this.#state.terminals)
      if (cutLog(log, oldest.start, keptMessages)) {
        this.#stories.delete(id);
        this.#read.delete(id);
      }
  }

  /** What a terminal had said of itself before `at`; null for nothing. */
  pictureBefore(id: string, at: number): TerminalPicture | null {
    return this.#readTo(id, at).story.picture;
  }

  /** The pictures of a terminal from `from` on, up to but without `to`, each with when it began; the first at `from`. */
  picturesWithin(id: string, from: number, to: number): { at: number; picture: TerminalPicture | null }[] {
    let { i, story } = this.#readTo(id, from);
    const { at, said } = this.#state.terminals.get(id) ?? emptyLog();
    const pictures = [{ at: from, picture: story.picture }];
    for (; (at[i] ?? to) < to; i++) {
      story = tell(story, at[i] ?? 0, said[i] as TerminalWord);
      pictures.push({ at: at[i] ?? 0, picture: story.picture });
    }
    return pictures;
  }

  #readTo(id: string, until: number): { i: number; story: TerminalStory } {
    const { at, said } = this.#state.terminals.get(id) ?? emptyLog();
    const known = this.#read.get(id);
    let { i, story } = known && (at[known.i - 1] ?? 0) < until ? known : { i: 0, story: untold };
    for (; (at[i] ?? until) < until; i++) story = tell(story, at[i] ?? 0, said[i] as TerminalWord);
    const read = { i, story };
    this.#read.set(id, read);
    return read;
  }

  #fileTransactions(
    device: string,
    { boot, seq, done, failed }: TerminalBody,
    { at, part, goesOn }: { at: number; part: string; goesOn: boolean },
  ): readonly Step[] {
    if (done === undefined && failed === undefined) return none;
    const kept = this.#state.transactions.get(device) ?? emptyTotals();
    this.#state.transactions.set(device, kept);
    // A message that tells of one total alone changes nothing of the other.
    const beside = done === undefined || failed === undefined ? totalsBeside(kept, boot, seq) : null;
    const totals = { boot, seq, in: done ?? beside?.in ?? 0, out: failed ?? beside?.out ?? 0, at, part };
    return recordTotals(kept, totals, { goesOn });
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
