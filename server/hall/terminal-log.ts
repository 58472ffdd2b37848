// A terminal's messages in event order, in columns: as objects they would weigh three times as much, and a snapshot of
// twenty busy terminals would hold up the server twice as long.
import { boundReached } from '../bounds.ts';
import type { TerminalLog, TerminalWord } from './state.ts';

const shortColumn = 16;

/** Puts a message in its place; true when it is the latest. Looks from the end: nearly everything comes in order. */
export function logMessage(log: TerminalLog, at: number, seq: number, said: TerminalWord): boolean {
  let i = log.at.length;
  while (i > 0 && isAfter(log, i - 1, at, seq, said)) i--;
  const isLatest = i === log.at.length;
  log.at = inserted(log.at, i, at);
  log.seq = inserted(log.seq, i, seq);
  log.said = inserted(log.said, i, said);
  return isLatest;
}

/** Of quiet terminals there are many: a short column is made to fit, a long one grows where it is. Numbers stay unboxed. */
function inserted<T>(column: T[], i: number, one: T): T[] {
  if (column.length < shortColumn) return column.toSpliced(i, 0, one);
  if (i === column.length) column.push(one);
  else column.splice(i, 0, one);
  return column;
}

/**
 * Forgets what was before `at`, but for the latest of it. Where more than `kept` are left, those go that only repeat the one before, and
 * then the oldest. True when there was anything to forget.
 */
export function cutLog(log: TerminalLog, at: number, kept: number): boolean {
  // Asked after every message, and nearly always there is nothing so old.
  const isOld = (log.at[1] ?? at) < at;
  const old = isOld ? log.at.findLastIndex((one) => one < at) : 0;
  if (old > 0) for (const column of [log.at, log.seq, log.said]) column.splice(0, old);
  if (log.at.length <= kept) return old > 0;
  boundReached('terminal-messages');
  dropRepeats(log);
  // A tenth at once, so that it isn't done again for each message.
  const over = log.at.length - Math.floor(0.9 * kept);
  if (over > 0) for (const column of [log.at, log.seq, log.said]) column.splice(0, over);
  return true;
}

/** Equal words in a row are one object: all but the first and the latest of them tell nothing more. */
function dropRepeats(log: TerminalLog): void {
  const last = log.at.length - 1;
  const tells = log.said.map((word, i) => i === last || word !== log.said[i - 1]);
  log.at = log.at.filter((_, i) => tells[i]);
  log.seq = log.seq.filter((_, i) => tells[i]);
  log.said = log.said.filter((_, i) => tells[i]);
}

/** The order of events, as compareRecords tells it, for messages of one device. */
function isAfter(log: TerminalLog, i: number, at: number, seq: number, { boot }: TerminalWord): boolean {
  const order = (log.at[i] ?? 0) - at || (log.said[i]?.boot ?? 0) - boot || (log.seq[i] ?? 0) - seq;
  return order > 0;
}
