// When this server could not hear devices: noticed here, written into the journal, and from there on known to the
// halls (J5).
import type { Clock, Timer } from '../clock.ts';
import type { IngestState } from '../contracts/names.ts';
import type { Span } from '../hall/spans.ts';
import type { Journal } from '../journal/journal.ts';
import type { Logger } from '../log.ts';

/** Whether messages reach us and can be kept; `catching-up`: first those that waited. */
type Hearing = 'no' | 'catching-up' | 'yes';

interface DowntimeDeps {
  journal: Pick<Journal, 'append' | 'read' | 'head'>;
  clock: Clock;
  log: Logger;
  hearing: () => Hearing;
}

const beatMs = 5_000;
/** What is shorter tells nothing: with the usual intervals no device is silent for so short a time. */
const shortestMs = 30_000;
/** A beat that comes so late says that we were stopped. */
const stoppedMs = 60_000;
/**
 * Among so many entries one was received last; retries and the config that begins a file are older than their place.
 */
const lastEntries = 50;

export class DowntimeWatch {
  readonly #deps: DowntimeDeps;
  /** Since when nothing is heard, epoch ms; null while all is, and where nothing is known of before. */
  #since: number | null;
  #beatAt: number;
  #was: Hearing = 'no';
  #timer: Timer | null = null;

  /** Begins where the journal ends: from its last entry on nothing was heard. */
  constructor(deps: DowntimeDeps) {
    this.#deps = deps;
    this.#since = lastReceived(deps.journal);
    this.#beatAt = deps.clock.now();
  }

  /** To be called when it may have changed whether messages reach us. */
  look(): void {
    const { clock, hearing } = this.#deps;
    const now = clock.now();
    const is = hearing();
    const wasStopped = now - this.#beatAt > stoppedMs * Math.max(1, clock.speed);
    if (this.#was === 'yes' && (is !== 'yes' || wasStopped)) this.#since = wasStopped ? this.#beatAt : now;
    const isReached = is === 'yes' ? this.#was !== 'yes' : is === 'catching-up' && this.#was === 'no';
    this.#was = is;
    this.#beatAt = now;
    if (this.#since === null || !(isReached || wasStopped)) return;
    // What waited says what was meanwhile: that this was our time is to stand before it.
    if (now - this.#since >= shortestMs) this.#write({ from: this.#since, to: now });
    this.#since = is === 'yes' ? null : now;
  }

  start(): void {
    this.look();
    this.#timer = this.#deps.clock.after(beatMs * Math.max(1, this.#deps.clock.speed), () => this.start());
  }

  close(): void {
    this.#timer?.cancel();
  }

  #write(downtime: Span): void {
    const { journal, clock, log } = this.#deps;
    log.info(downtime, 'nothing could be heard');
    const payload = Buffer.from(JSON.stringify(downtime));
    const entry = {
      kind: 'downtime',
      topic: '',
      payload,
      receivedAt: clock.now(),
      live: true,
      caughtUp: true,
    } as const;
    journal.append({ ...entry, shortened: false, retryOf: null }, (error) => {
      if (error) log.error({ error: error.message }, 'that nothing could be heard is not written down');
    });
  }
}

/** A broker hands over what waited as soon as we are connected, before it grants the subscription. */
export function hearingOf(state: IngestState | undefined): Hearing {
  if (state === 'ok') return 'yes';
  return state === 'no-subscription' || state === 'catching-up' ? 'catching-up' : 'no';
}

/** The downtime that an entry's payload tells of; null for one that this version can't read. */
export function downtimeOf(payload: Uint8Array): Span | null {
  try {
    const { from, to } = JSON.parse(Buffer.from(payload).toString()) as Partial<Span>;
    return typeof from === 'number' && typeof to === 'number' && to > from ? { from, to } : null;
  } catch {
    return null;
  }
}

/** When the last entry of a journal was received, epoch ms; null where it is empty. */
function lastReceived(journal: Pick<Journal, 'read' | 'head'>): number | null {
  const { entries } = journal.read(Math.max(0, journal.head - lastEntries), lastEntries);
  return entries.length > 0 ? Math.max(...entries.map(({ receivedAt }) => receivedAt)) : null;
}
