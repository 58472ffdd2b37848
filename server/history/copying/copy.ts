// Copies history out of the SQLite file into another store, series by series, so that each page is one range of the file.
import { setTimeout as pause } from 'node:timers/promises';
import { HallwatchError } from '../../errors.ts';
import type { MeasurementName } from '../catalogue.ts';
import { definitionOf, measurementNames } from '../catalogue.ts';
import type { Point, Refused } from '../points.ts';
import type { HistoryStore, Keep } from '../port.ts';
import type { SqliteReader } from '../sqlite-reader.ts';
import type { Copied, Progress } from './progress.ts';

export interface CopyParts {
  source: SqliteReader;
  target: HistoryStore;
  /** How long the target keeps points, and its time, epoch ms: what is older isn't sent. */
  keep: Keep;
  now: number;
  /** Nothing before it is sent, epoch ms. */
  since: number;
  progress: Progress;
  /** Called after each batch that the target has, with what it holds of the measurement now. */
  saved(measurement: MeasurementName, copied: Copied): Promise<void>;
}

const batchSize = 5_000;
const dayMs = 86_400_000;
const mostTries = 8;
const firstBackOffMs = 250;
const longestBackOffMs = 5_000;
/** Kinds of refusals that are kept apart; the rest is counted with the last. */
const mostReasons = 50;

/** A point and where to go on after it. */
interface Placed {
  point: Point;
  series: number;
}

/** Goes on from `progress.next` to the end. Throws `history-away` when the target stays away for half a minute. */
export async function copyHistory(parts: CopyParts): Promise<void> {
  const { progress } = parts;
  const begun = progress.next ? measurementNames.indexOf(progress.next.measurement as MeasurementName) : 0;
  for (const measurement of measurementNames.slice(Math.max(0, begun))) {
    let batch: Placed[] = [];
    for (const placed of placedPoints(parts, measurement)) {
      batch.push(placed);
      if (batch.length < batchSize) continue;
      await send(parts, measurement, batch);
      batch = [];
    }
    if (batch.length > 0) await send(parts, measurement, batch);
  }
}

/** When the first point of a measurement that is sent may be, epoch microseconds. */
export function oldestSent({ keep, now, since }: Pick<CopyParts, 'keep' | 'now' | 'since'>, name: MeasurementName) {
  return Math.max(since, now - keep[definitionOf(name).retention] * dayMs) * 1000;
}

/** Points that are still to be sent, read page by page. */
function* placedPoints(parts: CopyParts, measurement: MeasurementName): Generator<Placed> {
  const { source, progress } = parts;
  const next = progress.next?.measurement === measurement ? progress.next : null;
  const oldest = oldestSent(parts, measurement);
  for (const series of source.series(measurement)) {
    if (next && series.id < next.series) continue;
    let from = next?.series === series.id ? Math.max(oldest, next.at) : oldest;
    for (let isMore = true; isMore; ) {
      const page = source.page(series, from, batchSize);
      for (const point of page) yield { point, series: series.id };
      isMore = page.length === batchSize;
      from = (page.at(-1)?.at ?? from) + 1;
    }
  }
}

async function send(parts: CopyParts, measurement: MeasurementName, batch: readonly Placed[]): Promise<void> {
  const { progress, saved } = parts;
  const points = batch.map(({ point }) => point);
  const refused = await writePatiently(parts.target, points);
  const copied = progress.copied[measurement] ?? { points: 0, values: {}, first: Number.MAX_SAFE_INTEGER, last: 0 };
  const left = refusedFields(refused);
  for (const point of points) count(copied, point, left.get(nameOf(point)));
  progress.copied[measurement] = copied;
  for (const one of refused) note(progress, one);
  const last = batch.at(-1);
  if (last) progress.next = { measurement, series: last.series, at: last.point.at + 1 };
  await saved(measurement, copied);
}

async function writePatiently(target: HistoryStore, points: readonly Point[]): Promise<Refused[]> {
  for (let tries = 1; ; tries++) {
    try {
      return (await target.write(points)).refused;
    } catch (error) {
      const isAway = error instanceof HallwatchError && error.code === 'history-away';
      if (!isAway || tries === mostTries) throw error;
      await pause(Math.min(firstBackOffMs * 2 ** tries, longestBackOffMs));
    }
  }
}

/** By point, the fields that the target did not take: of some it takes all but one. */
function refusedFields(refused: readonly Refused[]): Map<string, ReadonlySet<string>> {
  const left = new Map<string, Set<string>>();
  for (const { point } of refused) {
    const fields = left.getOrInsertComputed(nameOf(point), () => new Set());
    for (const name of Object.keys(point.fields)) fields.add(name);
  }
  return left;
}

function nameOf({ tags, at }: Point): string {
  return `${JSON.stringify(tags)}${at}`;
}

function count(copied: Copied, { at, fields }: Point, refused: ReadonlySet<string> = new Set()): void {
  const taken = Object.keys(fields).filter((name) => !refused.has(name));
  if (taken.length === 0) return;
  copied.points++;
  copied.first = Math.min(copied.first, at);
  copied.last = Math.max(copied.last, at);
  for (const name of taken) copied.values[name] = (copied.values[name] ?? 0) + 1;
}

function note({ refused }: Progress, { point, reason: said }: Refused): void {
  const { measurement, tags, at } = point;
  // The same for all of a batch, but for how many.
  const reason = said.replace(/ dropped=\d+/, '').slice(0, 300);
  const known = refused.find((one) => one.measurement === measurement && one.reason === reason);
  const last = refused.length >= mostReasons ? refused.at(-1) : undefined;
  const into = known ?? last;
  if (into) into.count++;
  else {
    const named = Object.entries(tags).map(([name, value]) => `${name} ${value}`);
    const time = new Date(at / 1000).toISOString();
    refused.push({ measurement, reason, count: 1, example: `${named.join(', ')}, ${time}` });
  }
}
