// The list as the server has it, read again every 10 s, and what the reader did with it.
import type { HallInfo, QuarantineEntry } from '../../../server/contracts/http.ts';
import { Failure } from '../live/ask.ts';
import { fetchHalls } from '../live/halls.ts';
import type { Outcome } from './entries.ts';
import { hallChoices, withGone } from './entries.ts';
import type { Filter } from './requests.ts';
import { fetchEntries, fetchMoment, sendRetry } from './requests.ts';

const refreshMs = 10_000;
/** The registry changes seldom and is large where there are many halls. */
const namesMs = 60_000;

export class QuarantineList {
  halls = $state.raw<HallInfo[]>([]);
  simulated = $state(false);
  /** Server time of what is shown, epoch ms; null before the first answer. */
  asOf = $state<number | null>(null);
  /** Why the last reading failed, a code; null while all is well. */
  failure = $state<string | null>(null);
  reading = $state(false);
  open = $state<number | null>(null);
  filter = $state.raw<Filter>({ reason: '', hall: '' });
  outcomes = $state.raw<ReadonlyMap<number, Outcome>>(new Map());
  trying = $state.raw<ReadonlySet<number>>(new Set());

  #entries = $state.raw<QuarantineEntry[] | null>(null);
  /** Tried here and no longer in the list: shown until the next refresh by hand, so that nothing vanishes under a reader's eyes. */
  #gone = $state.raw<ReadonlyMap<number, QuarantineEntry>>(new Map());
  #choices = $state.raw<ReturnType<typeof hallChoices>>([]);
  #turn = 0;
  #namesAtMs = Number.NEGATIVE_INFINITY;

  /** What is to be shown; null before the first answer. */
  get entries(): QuarantineEntry[] | null {
    return this.#entries && withGone(this.#entries, this.#gone.values());
  }

  get choices(): ReturnType<typeof hallChoices> {
    return this.#choices;
  }

  get isFiltered(): boolean {
    return this.filter.reason !== '' || this.filter.hall !== '';
  }

  isGone(id: number): boolean {
    return this.#gone.has(id);
  }

  /** Reads, and keeps reading until the returned function is called. */
  start(): () => void {
    void this.read();
    const timer = setInterval(() => void this.read(), refreshMs);
    return () => clearInterval(timer);
  }

  /** By hand: what was dealt with leaves, and names are asked for again. */
  refresh(): Promise<void> {
    this.#forget();
    this.#namesAtMs = Number.NEGATIVE_INFINITY;
    return this.read();
  }

  choose(filter: Partial<Filter>): Promise<void> {
    this.filter = { ...this.filter, ...filter };
    this.#forget();
    return this.read();
  }

  toggle(id: number): void {
    this.open = this.open === id ? null : id;
  }

  async read(): Promise<void> {
    const turn = ++this.#turn;
    this.reading = true;
    try {
      const entries = await fetchEntries(this.filter);
      if (turn !== this.#turn) return;
      await this.#readNames();
      const moment = this.halls[0] && (await fetchMoment(this.halls[0].id).catch(() => null));
      if (turn !== this.#turn) return;
      this.#show(entries);
      this.simulated = moment?.simulated ?? this.simulated;
      this.asOf = moment?.at ?? Date.now();
      this.failure = null;
    } catch (error) {
      if (turn === this.#turn) this.failure = error instanceof Failure ? error.code : 'unreachable';
    } finally {
      if (turn === this.#turn) this.reading = false;
    }
  }

  /** Tries an entry again; what came of it is in `outcomes`. */
  async retry(id: number): Promise<Outcome> {
    this.trying = new Set([...this.trying, id]);
    const outcome: Outcome = await sendRetry(id).catch((error: unknown) => ({
      code: error instanceof Failure ? error.code : 'failed',
    }));
    this.outcomes = new Map(this.outcomes).set(id, outcome);
    this.trying = new Set([...this.trying].filter((one) => one !== id));
    await this.read();
    return outcome;
  }

  #show(entries: QuarantineEntry[]): void {
    const present = new Set(entries.map(({ id }) => id));
    const left = (this.entries ?? []).filter(({ id }) => !present.has(id) && this.outcomes.has(id));
    this.#gone = new Map(left.map((entry) => [entry.id, entry]));
    this.#entries = entries;
    // Filtered by one hall, the others are still to be chosen.
    if (this.filter.hall === '') this.#choices = hallChoices(entries, this.halls, '');
    else if (this.#choices.length === 0) this.#choices = hallChoices(entries, this.halls, this.filter.hall);
  }

  #forget(): void {
    this.#gone = new Map();
    this.outcomes = new Map();
  }

  async #readNames(): Promise<void> {
    if (performance.now() - this.#namesAtMs < namesMs) return;
    // Without names, ids are shown.
    const halls = await fetchHalls().catch(() => null);
    if (!halls) return;
    this.halls = halls;
    this.#namesAtMs = performance.now();
  }
}
