// What InfluxDB's refusals mean. Never hands an error of the client on: it holds the request, and with it the password.
import type { HallwatchError } from '../errors.ts';
import { away } from './port.ts';

/** The points are at fault, the request must be divided, the database is gone, or it is none of the points' business. */
export type Trouble =
  | { kind: 'points'; reason: string }
  | { kind: 'size' }
  | { kind: 'database' }
  | { kind: 'away'; error: HallwatchError };

const running = 'see that InfluxDB runs and HALLWATCH_INFLUX_URL names it';
const access = 'give that user the right to read, write and alter the database, or make database and policies yourself';

export function troubleOf(error: unknown): Trouble {
  const status = (error as { res?: { statusCode?: number } }).res?.statusCode;
  const said = wordsOf(error);
  // 422 is how InfluxDB 2 says what 1.x says with 400. Another 400, perhaps of a proxy, isn't the points' fault.
  if ((status === 400 || status === 422) && /partial write|unable to parse|type conflict/.test(said)) {
    return { kind: 'points', reason: said };
  }
  if (status === 413) return { kind: 'size' };
  if (status === 404 || /database not found|retention policy not found/.test(said)) return { kind: 'database' };
  if (status === 401 || status === 403 || /authoriz|authenticat/.test(said)) {
    return { kind: 'away', error: away(`InfluxDB refuses our user (${said})`, access) };
  }
  return { kind: 'away', error: away(`InfluxDB says: ${said}`, running) };
}

/** How many points of the request were refused, as far as InfluxDB says. */
export function droppedOf(reason: string): number {
  return Number(/dropped=(\d+)/.exec(reason)?.[1] ?? 0);
}

/** The field that has another type in the database, by what InfluxDB says; null for another reason. */
export function conflictOf(reason: string): string | null {
  return /type conflict: input field \\?"([^"\\]+)\\?"/.exec(reason)?.[1] ?? null;
}

/** What stands in InfluxDB's `{"error":"…"}`, which its client puts behind words of its own; null without one. */
export function errorIn(text: string): string | null {
  const [before, after] = ['{"error":"', '"}'];
  const from = text.indexOf(before);
  const to = text.lastIndexOf(after);
  return from === -1 || to < from + before.length ? null : text.slice(from + before.length, to);
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const said = errorIn(message) ?? message;
  return (said || (error as { code?: string }).code || 'nothing').slice(0, 300);
}
