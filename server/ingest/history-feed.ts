// Tells history what became of each message, in the journal's order, and has it put with its place there.
import type { Halls } from '../hall/halls.ts';
import type { Scribe } from '../history/scribe.ts';
import type { Hole } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { Outcome, Projector } from './projector.ts';

interface Parts {
  scribe: Scribe;
  journal: Journal;
  lost: (hole: Hole) => void;
}

const putEveryMs = 500;
const pointsInHaste = 20_000;

export class HistoryFeed {
  readonly #parts: Parts;
  /** The projector that history is told by: another one while the journal is read again for it. */
  #teller: Projector | null = null;
  #isInHaste = false;
  readonly #putting: NodeJS.Timeout;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { scribe, journal } = parts;
    journal.register({ name: 'history', position: () => scribe.position, cut: ({ to }) => scribe.skipTo(to) });
    this.#putting = setInterval(() => this.#isInHaste || this.put(), putEveryMs).unref();
  }

  /**
   * Halls restored from snapshots can't tell of what lies before them: true when history needs to hear of that. `gone`: what the
   * journal lost since it was told. Halls that lack it will count it again from the next totals and from what devices send again;
   * so everything that was counted of the journal is counted again.
   */
  isBehind(restored: ReadonlyMap<string, number>, gone: readonly Hole[]): boolean {
    const { scribe, journal, lost } = this.#parts;
    const from = Math.min(...restored.values(), journal.head);
    const isCountedTwice = gone.some((hole) => hole.to > from && hole.from <= scribe.position);
    if (isCountedTwice || scribe.isBegunAgain) scribe.startOver(journal.firstId - 1);
    if (scribe.position < journal.firstId - 1) lost({ from: scribe.position + 1, to: journal.firstId - 1 });
    return scribe.position < Math.max(0, ...restored.values());
  }

  /** From here on what `projector` applies to `halls` is told. */
  follow(projector: Projector, halls: Halls): void {
    this.put();
    this.#isInHaste = false;
    this.#teller = projector;
    this.#parts.scribe.follow((id) => halls.known(id));
  }

  tell(outcome: Outcome, by: Projector): void {
    if (by === this.#teller && 'reading' in outcome) this.#parts.scribe.take({ id: outcome.entry.id, ...outcome });
  }

  /** As `tell`, while walls wait for what is read again: what many messages say of one desk or minute is put once, up to `follow`. */
  tellInHaste(outcome: Outcome, by: Projector): void {
    if (by !== this.#teller || !('reading' in outcome)) return;
    this.#isInHaste = true;
    this.#parts.scribe.take({ id: outcome.entry.id, ...outcome }, pointsInHaste);
  }

  /** Has history put what it was told; false when it can't be written. */
  put(): boolean {
    this.#skip();
    return this.#parts.scribe.flush();
  }

  /** As `put`; halls that are kept from here on lie behind it, also after a power cut. */
  settle(): boolean {
    this.#skip();
    return this.#parts.scribe.settle();
  }

  /** Messages that tell history nothing are behind it, too. */
  #skip(): void {
    if (this.#teller) this.#parts.scribe.skipTo(this.#teller.position);
  }

  close(): void {
    clearInterval(this.#putting);
    this.put();
  }
}
