// What can still be read of a damaged history file goes into the new one: series by series, damage stepped over.
import type { Logger } from '../log.ts';
import { faultOf } from '../sqlite.ts';
import { measurementNames } from './catalogue.ts';
import type { Point } from './points.ts';
import type { Series } from './series-table.ts';
import { SqliteReader } from './sqlite-reader.ts';

interface Parts {
  /** The damaged file. */
  from: string;
  /** Takes points in; those that it may not take are left out. */
  take: (points: readonly Point[]) => void;
  log: Logger;
  /** No point is later, epoch ms. */
  until: number;
}

const pageSize = 500;
/** Damage is first left by a millisecond, then by twice as much each time. */
const firstStepUs = 1_000;

/** Never throws for what can't be read: it is counted, and said in the log. */
export function carryOver({ from, take, log, until }: Parts): void {
  const reader = openOrNull(from);
  let [points, gaps] = [0, 0];
  for (const measurement of reader ? measurementNames : []) {
    for (const series of reader?.series(measurement) ?? []) {
      for (const page of pagesAround(reader as SqliteReader, series, until * 1000)) {
        if (page === null) gaps++;
        else {
          take(page);
          points += page.length;
        }
      }
    }
  }
  reader?.close();
  log.warn({ from, points, gaps, isReadable: reader !== null }, 'history carried over from a damaged file');
}

function openOrNull(path: string): SqliteReader | null {
  try {
    return new SqliteReader(path);
  } catch {
    // No header, no table of series, an empty file: whatever it is, nothing can be told from it.
    return null;
  }
}

/** Pages of a series in order of time; null for each stretch that can't be read. */
function* pagesAround(reader: SqliteReader, series: Series, end: number): Generator<Point[] | null> {
  for (let at = 0; at < end; ) {
    const page = pageAt(reader, series, at, pageSize);
    const last = page?.at(-1);
    if (page === null) {
      yield null;
      at = readableFrom(reader, series, at, end);
    } else if (last) {
      yield page;
      at = last.at + 1;
    } else return;
  }
}

/** The page from `at` on, as much of it as can be read; null when not even one point can. */
function pageAt(reader: SqliteReader, series: Series, at: number, limit: number): Point[] | null {
  try {
    return reader.page(series, at, limit);
  } catch (error) {
    if (faultOf(error) !== 'corrupt') throw error;
    return limit > 1 ? pageAt(reader, series, at, Math.floor(limit / 4) || 1) : null;
  }
}

/** Where reading goes on behind damage at `at`: leaps until something can be read, then narrows to a step. */
function readableFrom(reader: SqliteReader, series: Series, at: number, end: number): number {
  const isReadable = (from: number) => pageAt(reader, series, from, 1) !== null;
  // The first point lies anywhere: all times before it lead to the same page.
  let [bad, step] = [at, firstStepUs];
  while (bad + step < end && !isReadable(bad + step)) {
    bad += step;
    step *= 2;
  }
  let good = Math.min(bad + step, end);
  while (good - bad > firstStepUs) {
    const middle = Math.floor((good + bad) / 2);
    if (isReadable(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
