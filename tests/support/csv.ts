/** Reads RFC 4180 with a header, by the letter of it: throws for what is none. */
export function parseCsv(text: string): Record<string, string>[] {
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  const rows: string[][] = [];
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [, value = '', end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error(`no cell at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  const [header = [], ...values] = rows;
  for (const one of values) if (one.length !== header.length) throw new Error(`a row of ${one.length} cells: ${one}`);
  return values.map((one) => Object.fromEntries(header.map((name, i) => [name, one[i] ?? ''])));
}
