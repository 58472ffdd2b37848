import type { TicketWord } from './tickets.ts';

const keptPlaces = 256;
const keptWords = 64;

/**
 * Words that tickets' events have used, so that records of equal words share one object: machines say the same few things
 * all day. Nothing but weight depends on it, so it forgets freely.
 */
export class TicketWords {
  /** By desk, or by service where no desk is named. */
  readonly #known = new Map<string, TicketWord[]>();

  /** The equal word that was used before, or else this one, from now on. */
  shared(word: TicketWord): TicketWord {
    const place = word.desk ?? word.service ?? '';
    const known = this.#known.get(place);
    const same = known?.find((one) => isEqual(one, word));
    if (same) return same;
    if (known && known.length < keptWords) known.push(word);
    else {
      // Ids come from messages and must not grow without bound.
      if (this.#known.size >= keptPlaces) this.#known.clear();
      this.#known.set(place, [word]);
    }
    return word;
  }
}

function isEqual(a: TicketWord, b: TicketWord): boolean {
  return (
    a.event === b.event &&
    a.service === b.service &&
    a.desk === b.desk &&
    a.tier === b.tier &&
    a.item === b.item &&
    a.toService === b.toService &&
    a.toDesk === b.toDesk &&
    a.priority === b.priority &&
    a.appointment === b.appointment &&
    a.score === b.score &&
    a.boot === b.boot &&
    a.device === b.device
  );
}
