// CSV that spreadsheets open as it is meant (RFC 4180), also in a Chinese Excel, and that can't make them do anything.
import Type from 'typebox';

/** What OpenAPI says of such an answer. */
export const csvAnswer = {
  description: 'CSV with a header, UTF-8 with a byte order mark',
  content: { 'text/csv': { schema: Type.String() } },
};

/** Told first, it makes Excel read UTF-8. */
export const byteOrderMark = '\uFEFF';

/** What spreadsheets take for a formula's beginning, as full-width signs too; tab and line breaks may hide one. */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

export type CsvValue = string | number | boolean | null | undefined;

/** A row with its line break. Text that would be a formula gets an apostrophe before it; null is an empty cell. */
export function csvRow(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
