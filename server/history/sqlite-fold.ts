import { sql, sqlName } from '../sql.ts';
import type { Database } from '../sqlite.ts';
import { Breath } from './breath.ts';
import { definitionOf } from './catalogue.ts';
import type { Folded, Folding } from './port.ts';
import type { Cell } from './sqlite-tables.ts';
import { runsOf } from './steps.ts';

const dayMs = 86_400_000;
/** What one statement may read, so that it takes a few ms. */
const mostRows = 3_000;
const functions = { sum: sql`sum`, min: sql`min`, max: sql`max`, mean: sql`avg`, count: sql`count` };
const rowsADay = { raw: 20_000, minute: 1_440, slot: 96 };

/** Folds series into one, steps as in `Folding`; null when nothing was written. `checked` runs after each pause and may throw. */
export async function foldSeries(
  database: Database,
  series: readonly number[],
  { measurement, edges, read }: Folding,
  checked: () => void,
): Promise<Folded['values'] | null> {
  const names = Object.keys(read);
  const steps = Math.max(0, edges.length - 1);
  const values: Folded['values'] = Object.fromEntries(
    names.map((name) => [name, new Array<number | null>(steps).fill(read[name]?.fold === 'count' ? 0 : null)]),
  );
  const folds = Object.values(read).map(({ field, fold }) => sql`${functions[fold]}(${sqlName(field)})`);
  const mostMs = (mostRows / rowsADay[definitionOf(measurement).retention] / series.length) * dayMs;
  const breath = new Breath();
  let isAny = false;
  for (const { first, start, end, stepMs } of runsOf(edges, mostMs)) {
    const statement = database.prepare(
      sql`SELECT (at - ${start * 1000}) / ${stepMs * 1000} AS step, ${folds} FROM ${sqlName(measurement)}
       WHERE series IN (${series}) AND at >= ? AND at < ? GROUP BY step`,
    );
    statement.setReturnArrays(true);
    for (const [step, ...cells] of statement.all(start * 1000, end * 1000) as unknown as Cell[][]) {
      isAny = true;
      names.forEach((name, i) => {
        const cell = cells[i];
        const column = values[name];
        if (column && typeof cell === 'number') column[first + Number(step)] = cell;
      });
    }
    await breath.ifDue();
    checked();
  }
  return isAny ? values : null;
}
