// The door's record as the messages of a door counter (SEMANTICS Q5 and T5): counts of half hours become totals.
import { UserError } from '../user-error.ts';
import type { TimedBody } from './bank-record.ts';
import { parseCsv } from './csv.ts';

/** A half hour's counts are published just before it ends. */
const publishedAfterS = 29 * 60 + 59;

/** The counts of the half hour that begins at `second` of the local day `date`. */
export interface DoorRow {
  date: string;
  second: number;
  in: number;
  out: number;
}

export function readDoorRecord(text: string): DoorRow[] {
  return parseCsv(text, ['local_time', 'in', 'out']).map((row) => {
    const local = row.text('local_time');
    const [, date, hour, minute] = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})$/.exec(local) ?? [];
    if (!date) throw new UserError(`local_time is "${local}", not like 2005-07-24T00:30`, 1);
    const second = Number(hour) * 3600 + Number(minute) * 60;
    return { date, second, in: row.number('in') ?? 0, out: row.number('out') ?? 0 };
  });
}

/** A baseline of nothing counted, then the running totals after each row. */
export function doorMessages(rows: readonly DoorRow[]): TimedBody<'door'>[] {
  const totals = { in: 0, out: 0 };
  const counted = rows.map((row) => {
    totals.in += row.in;
    totals.out += row.out;
    return { date: row.date, second: row.second + publishedAfterS, body: { ...totals } };
  });
  const first = rows[0];
  return first ? [{ date: first.date, second: first.second, body: { in: 0, out: 0 } }, ...counted] : [];
}
