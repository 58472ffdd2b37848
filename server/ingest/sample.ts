// A message as text that people can look at: whatever bytes it has, nothing in it is hidden, and nothing acts.
import { isUtf8 } from 'node:buffer';

const largestSample = 1_024;
/** Control characters but line breaks and tabs, and those that turn the direction of what follows. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const shownAsIs = new Set(['\n', '\t']);

interface Summary {
  bytes: number;
  sha256: string;
  head: string;
}

/** At most 1 KB of UTF-8 of a payload, `…` behind what was cut. Of a shortened one its length, SHA-256 and beginning. */
export function sampleText(payload: Uint8Array, shortened: boolean): string {
  if (!shortened) return cut(visible(payload));
  const { bytes, sha256, head } = JSON.parse(Buffer.from(payload).toString()) as Summary;
  return cut(`bytes: ${bytes}\nsha256: ${sha256}\nbeginning: ${visible(Buffer.from(head, 'latin1'))}`);
}

/** Text with every byte that is no UTF-8 as `\xNN` and every character that can't be seen as `\u{N}`. */
function visible(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const width = widthAt(bytes, at);
    if (width === 0) text += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
    else text += Buffer.from(bytes.subarray(at, at + width)).toString();
    at += Math.max(1, width);
  }
  return text.replace(hidden, (char) =>
    shownAsIs.has(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Bytes of the UTF-8 character that begins there; 0 when none does. */
function widthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return isUtf8(bytes.subarray(at, at + width)) ? width : 0;
}

function cut(text: string): string {
  if (Buffer.byteLength(text) <= largestSample) return text;
  let end = '';
  let bytes = Buffer.byteLength('…');
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > largestSample) break;
    end += char;
  }
  return `${end}…`;
}
