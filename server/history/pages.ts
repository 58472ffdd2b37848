import type { Point } from './points.ts';
import { byTags } from './port.ts';

const pageSize = 2_000;

/**
 * All points in order of time, and of their tags where they share one, out of pages of bounded size. `read` answers the first
 * `limit` points at or after `from` (epoch microseconds) in order of time. Neighbours of one microsecond that a page would part
 * are read again with the next.
 */
export async function* pagesOf(
  from: number,
  read: (from: number, limit: number) => Promise<Point[]>,
): AsyncGenerator<Point, void, undefined> {
  let limit = pageSize;
  for (let at = from; ; ) {
    const page = await read(at, limit);
    page.sort((a, b) => a.at - b.at || byTags(a, b));
    const last = page.at(-1)?.at;
    if (page.length < limit || last === undefined) {
      yield* page;
      return;
    }
    const whole = page.filter((point) => point.at < last);
    yield* whole;
    limit = whole.length === 0 ? limit * 2 : pageSize;
    at = last;
  }
}
