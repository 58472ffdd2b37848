// The open faults of all halls, and what the reader does about them.
import type { Alert, AlertAction, AlertActionName, Silence, Transition } from '../../../server/contracts/alerts.ts';
import type { HallInfo } from '../../../server/contracts/http.ts';
import { AlertFeed } from '../live/alert-feed.svelte.ts';
import { codeOf } from '../live/ask.ts';
import { fetchHalls } from '../live/halls.ts';
import type { Fault, Filter } from './faults.ts';
import { faultsOf, fits, isFault, tally } from './faults.ts';
import { fetchLife, fetchSilences, fetchSimulated, sendAction, sendSilence, sendSilenceEnd } from './requests.ts';

export type Deed = AlertActionName | 'silence';
/** What became of a deed: null while it is on its way, a code where it failed. */
export type Outcome = { deed: Deed; failed: string | null } | null;

const namesMs = 60_000;
const hourMs = 3_600_000;
const retryMs = 5_000;

export class FaultDesk {
  readonly feed = new AlertFeed();
  halls = $state.raw<HallInfo[]>([]);
  simulated = $state(false);
  filter = $state.raw<Filter>({ what: 'faults', hall: '', state: 'all' });
  /** The alert whose details are shown. */
  chosen = $state<string | null>(null);
  /** What happened to it; null while that is read, `failed` where it can't be. */
  life = $state.raw<readonly Transition[] | 'failed' | null>(null);
  silences = $state.raw<readonly Silence[] | null>(null);
  /** By alert. */
  outcomes = $state.raw<ReadonlyMap<string, Outcome>>(new Map());
  /** The latest deed of each alert. */
  readonly #doing = new Map<string, Promise<boolean>>();
  #asked = 0;

  /** Null before the first answer. */
  get faults(): Fault[] | null {
    return this.feed.open && faultsOf(this.feed.open.values(), this.filter);
  }

  get tally(): { n: number; critical: number } {
    return tally(this.feed.open?.values() ?? [], this.filter.what);
  }

  get recovered(): readonly Alert[] {
    const { what } = this.filter;
    return this.feed.resolved.filter(
      (alert) => (what === 'all' || isFault(alert)) && fits(alert, { ...this.filter, state: 'all' }),
    );
  }

  hallOf(alert: Alert): HallInfo | undefined {
    return this.halls.find(({ id }) => id === alert.hall);
  }

  /** Runs until the returned function is called. */
  start(): () => void {
    const stop = this.feed.start();
    void this.#readNames();
    void this.#readSilences();
    const timer = setInterval(() => void this.#readNames(), namesMs);
    return () => {
      stop();
      clearInterval(timer);
    };
  }

  choose(filter: Partial<Filter>): void {
    this.filter = { ...this.filter, ...filter };
  }

  toggle(id: string): void {
    this.chosen = this.chosen === id ? null : id;
    this.life = null;
    if (this.chosen !== null) void this.readLife();
  }

  async readLife(): Promise<void> {
    const id = this.chosen;
    if (id === null) return;
    const asked = ++this.#asked;
    const life = await fetchLife(id).catch(() => 'failed' as const);
    // Answers may overtake each other: only the latest question's counts.
    if (this.chosen === id && asked === this.#asked) this.life = life;
  }

  /** False when it failed; `outcomes` says why. */
  async act(id: string, action: AlertActionName, said: AlertAction): Promise<boolean> {
    return this.#do(id, action, async () => {
      this.feed.take(await sendAction(id, action, said));
      void this.readLife();
    });
  }

  /** Silences the machine that an alert is about; or, of one about something else, its rule in its hall. */
  async silence({ id, subject, hall, rule }: Alert, hours: number, why: string): Promise<boolean> {
    const what = subject.kind === 'device' ? { device: subject.id } : { rule, ...(hall === null ? {} : { hall }) };
    return this.#do(id, 'silence', async () => {
      await sendSilence({ ...what, to: Math.round((this.feed.clock.now ?? Date.now()) + hours * hourMs), why });
      void this.readLife();
      await this.#readSilences();
    });
  }

  async endSilence(id: string): Promise<void> {
    await sendSilenceEnd(id).catch(() => null);
    await this.#readSilences();
  }

  /** One after the other of each alert, in the order in which they were asked for. */
  async #do(id: string, deed: Deed, work: () => Promise<void>): Promise<boolean> {
    const before = this.#doing.get(id);
    const doing = (async () => {
      await before;
      return this.#tried(id, deed, work);
    })();
    this.#doing.set(id, doing);
    return doing;
  }

  /** Never rejects. */
  async #tried(id: string, deed: Deed, work: () => Promise<void>): Promise<boolean> {
    const tell = (outcome: Outcome) => {
      this.outcomes = new Map(this.outcomes).set(id, outcome);
    };
    tell(null);
    try {
      await work();
      tell({ deed, failed: null });
      return true;
    } catch (error) {
      tell({ deed, failed: codeOf(error) });
      return false;
    }
  }

  async #readNames(): Promise<void> {
    try {
      this.halls = await fetchHalls();
      const [first] = this.halls;
      if (first) this.simulated = await fetchSimulated(first.id);
    } catch {
      // Names come with the next reading; alerts bring their own words.
    }
  }

  async #readSilences(): Promise<void> {
    try {
      this.silences = await fetchSilences();
    } catch {
      setTimeout(() => void this.#readSilences(), retryMs);
    }
  }
}
