// SQL that is put together: values go in as parameters, names by `sqlName`.
import type { QueryText } from './query-text.ts';
import { queryTag } from './query-text.ts';

export type Sql = QueryText<'sql'>;

export const sql = queryTag<Sql>();

/** The one quoting function of SQL: the name of a table, a column or a pragma, whatever it holds. */
export function sqlName(name: string): Sql {
  return `"${name.replaceAll('"', '""')}"` as Sql;
}
