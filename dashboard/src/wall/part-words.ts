// Words for what terminals say of themselves in the vocabulary of docs/parts.md; what isn't in it is shown as sent.
import type { TerminalLive } from '../../../server/contracts/hall-live.ts';
import type { Locale } from '../../../server/contracts/names.ts';
import { isKey, say } from '../messages/wall.ts';

export type Trouble = TerminalLive['troubles'][number];

/**
 * A part's trouble as people say it: words of its own where the language has them (缺纸), else the part and its status.
 * The second unit of a kind keeps its number, as staff must know which one to open.
 */
export function troubleText({ part, status }: Pick<Trouble, 'part' | 'status'>, locale: Locale): string {
  const { name, n } = numbered(part);
  const idiom = `part.${name}.${status}`;
  if (n === null && isKey(idiom)) return say(locale, idiom);
  const [nameKey, statusKey] = [`part.${name}`, `part.status.${status}`];
  const word = isKey(nameKey) ? say(locale, nameKey) : name;
  const statusWord = isKey(statusKey) ? say(locale, statusKey) : status;
  const whole = n === null ? word : say(locale, 'part.numbered', { part: word, n });
  const joint = isKey(nameKey) && isKey(statusKey) ? 'part.said' : 'part.asSent';
  return say(locale, joint, { part: whole, status: statusWord });
}

function numbered(part: string): { name: string; n: string | null } {
  const [, name, n] = /^([A-Za-z]+)-(\d{1,2})$/.exec(part) ?? [];
  return name !== undefined && n !== undefined ? { name, n } : { name: part, n: null };
}

/** What customers can do at a machine, such as `print-statement`. */
export function functionText(does: string, locale: Locale): string {
  const key = `does.${does}`;
  return isKey(key) ? say(locale, key) : does;
}
