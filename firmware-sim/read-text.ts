import { readFile } from 'node:fs/promises';
import { textOf } from '../server/contracts/utf8.ts';
import { UserError } from './user-error.ts';

/** The text of a file in UTF-8. Throws a UserError with the line where it is something else; what the file system throws goes through. */
export async function readText(path: string): Promise<string> {
  const { text, fault } = textOf(await readFile(path));
  if (text !== null) return text;
  throw new UserError(`${path}:${fault.line} ${fault.what}; ${fault.fix}`, 1);
}
