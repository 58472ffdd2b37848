/** As many messages as an outbox holds (G1), or as many a second since the device's last word: no device is further ahead. */
const least = 20_000;
const perS = 100;

/** Beyond this, numbers of messages can't be told apart. */
export const highestSeq = 2 ** 52;

/** By how much a device's numbering can have advanced unheard in `ms`. */
export function mostAhead(ms: number): number {
  return Math.max(least, (perS * ms) / 1_000);
}
