// Real records as a past: moved by whole weeks, each to end before a date (T5).
import type { HallFile } from '../../server/contracts/registry.ts';
import type { DeviceMessage } from '../devices/sequenced.ts';
import { readBankRecord } from '../replay/bank-record.ts';
import { readDoorRecord } from '../replay/door-record.ts';
import { dateAfter, dateOf, instantOf } from '../replay/local-time.ts';
import type { Replay } from '../replay/record.ts';
import { replayOf } from '../replay/record.ts';
import { UserError } from '../user-error.ts';
import type { PastLine } from './device-lines.ts';
import { deviceLines } from './device-lines.ts';

export interface RecordFile {
  name: string;
  text: string;
}

interface Asked {
  hall: HallFile;
  /** The last local date that may have a past. */
  until: string;
}

/** A record's first date after it was moved, and what its device said. */
interface Told {
  from: string;
  lines: PastLine[];
}

const epoch = Temporal.PlainDate.from('1970-01-01');

/** The past of one hall, told by all of its records, in order of time. */
export function recordedPast(files: readonly RecordFile[], asked: Asked): Told & { to: string } {
  const told = files.map((file) => toldBy(file, asked));
  const lines = told.flatMap((one) => one.lines).sort((a, b) => a.time - b.time);
  // What happened after the last midnight is of another date.
  const last = dateOf(lines.at(-1)?.time ?? 0, asked.hall.timeZone);
  return { from: told.map(({ from }) => from).sort()[0] ?? last, to: last, lines };
}

function toldBy({ name, text }: RecordFile, asked: Asked): Told {
  const header = text.slice(0, text.indexOf('\n'));
  if (/(^|,)arrived_s(,|\r|$)/.test(header)) return queueTold(text, asked);
  if (/(^|,)local_time(,|\r|$)/.test(header)) return doorTold(text, asked);
  throw new UserError(`${name} is no record that we know: a queue's has a column arrived_s, a door's local_time`, 1);
}

/** A day of the queue machine for each date: its numbers begin anew, and so does its boot. */
function queueTold(text: string, { hall, until }: Asked): Told {
  const dates = [...new Set(readBankRecord(text).map(({ date }) => date))].sort();
  const last = dates.at(-1) ?? '';
  const request = { kind: 'queue' as const, text, hall, now: endOf(until, hall.timeZone) };
  const { days } = replayOf({ ...request, from: last, to: last, boot: 0 });
  const moved = (date: string) => dateAfter(date, days);
  const lines = dates.flatMap((date) => {
    const boot = dayNumber(moved(date));
    return linesOf(
      replayOf({ ...request, from: date, to: date, at: moved(date), boot }),
      hall,
      moved(date),
      moved(date),
    );
  });
  return { from: moved(dates[0] ?? ''), lines };
}

/** A door's totals go on from the first day to the last. */
function doorTold(text: string, { hall, until }: Asked): Told {
  const dates = readDoorRecord(text).map(({ date }) => date);
  const [from = '', to = ''] = [dates[0], dates.at(-1)];
  const request = { kind: 'door' as const, text, from, to, hall, now: endOf(until, hall.timeZone) };
  const { days } = replayOf({ ...request, boot: 0 });
  const [first, last] = [dateAfter(from, days), dateAfter(to, days)];
  const replay = replayOf({ ...request, at: first, boot: dayNumber(first) });
  return { from: first, lines: linesOf(replay, hall, first, last) };
}

function linesOf({ device, messages }: Replay, { timeZone }: HallFile, from: string, to: string): PastLine[] {
  const span = { from: instantOf({ date: from, second: 0 }, 0, timeZone), to: endOf(to, timeZone) };
  return deviceLines({ device, boot: bootOf(messages), span, messages, resend: false });
}

function bootOf(messages: readonly DeviceMessage[]): number {
  return messages[0]?.boot ?? 0;
}

function endOf(date: string, timeZone: string): number {
  return instantOf({ date: dateAfter(date, 1), second: 0 }, 0, timeZone);
}

/** Days since 1970: a boot that grows. */
function dayNumber(date: string): number {
  return epoch.until(Temporal.PlainDate.from(date)).days;
}
