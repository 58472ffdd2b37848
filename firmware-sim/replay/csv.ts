import { UserError } from '../user-error.ts';

/** One row by column name; numbers are whole, and null where the field is empty. */
export interface Row {
  text(column: string): string;
  number(column: string): number | null;
}

/** Reads comma-separated lines under a header. The records have no quoted fields. Throws UserErrors that name the line. */
export function parseCsv(text: string, columns: readonly string[]): Row[] {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const names = header.split(',');
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw new UserError(`the record has no column ${missing.join(', ')}: is it the right file?`, 1);
  const places = new Map(names.map((name, i) => [name, i]));
  return lines.flatMap((line, i) => (line === '' ? [] : [rowOf(line.split(','), places, i + 2)]));
}

function rowOf(fields: string[], places: ReadonlyMap<string, number>, line: number): Row {
  const text = (column: string) => fields[places.get(column) ?? -1] ?? '';
  return {
    text,
    number(column) {
      const field = text(column);
      if (field === '') return null;
      if (!/^-?\d{1,9}$/.test(field))
        throw new UserError(`line ${line}: ${column} is "${field}", not a whole number`, 1);
      return Number(field);
    },
  };
}
