// Records in the order of what happened, whatever the order they came in.

/**
 * What places a record among others: its effective time, and what names its message. What it said stands apart, because
 * devices say the same things over and over: records of equal words share one object.
 */
export interface Placed {
  at: number;
  seq: number;
  said: { device: string; boot: number; event: string };
}

/**
 * The order of events: effective time, an issue before what else happened in its millisecond (two machines of one system
 * may tell of both), then the order in which their device sent them. Total, so any order of arrival sorts the same.
 */
export function compareRecords(a: Placed, b: Placed): number {
  return a.at - b.at || compareWords(a.said, b.said) || a.seq - b.seq;
}

function compareWords(a: Placed['said'], b: Placed['said']): number {
  return a === b ? 0 : rank(a) - rank(b) || compareText(a.device, b.device) || a.boot - b.boot;
}

function rank({ event }: Placed['said']): number {
  return event === 'issued' ? 0 : 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True when two records are copies of one message (I2). */
export function isSame(a: Placed, b: Placed): boolean {
  return a.seq === b.seq && a.said.boot === b.said.boot && a.said.device === b.said.device;
}

/** Puts a record in its place and answers its index. */
export function insertInOrder<R extends Placed>(records: R[], record: R): number {
  const i = placeOf(records, record);
  records.splice(i, 0, record);
  return i;
}

/** The index at which a record belongs; looked for from the end, because nearly everything comes in order. */
export function placeOf(records: readonly Placed[], record: Placed): number {
  let i = records.length;
  while (i > 0 && compareRecords(records[i - 1] as Placed, record) > 0) i--;
  return i;
}

/** Forgets what happened before `at`, but for the latest of it: what it tells goes on. */
export function forgetRecordsBefore(records: Placed[], at: number): void {
  // Asked after every message, and nearly always there is nothing so old.
  if ((records[1]?.at ?? at) >= at) return;
  const old = records.findLastIndex((record) => record.at < at);
  if (old > 0) records.splice(0, old);
}
