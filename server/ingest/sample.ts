// A message as text that people can look at: whatever bytes it has, nothing in it is hidden, and nothing acts.

const largestSample = 1_024;
/** Control characters but line breaks and tabs, and those that turn the direction of what follows. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** In bytes written as latin1: UTF-8 characters beyond ASCII, or else one byte that is part of none. */
const beyondAscii =
  /(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+|[\x80-\xff]/g;
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
  const text = replaced(Buffer.from(bytes).toString('latin1'), beyondAscii, (found) =>
    found.length === 1 ? `\\x${found.charCodeAt(0).toString(16)}` : Buffer.from(found, 'latin1').toString(),
  );
  return replaced(text, hidden, (char) =>
    shownAsIs.has(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Up to 2,000 samples are made for one answer, while messages wait: by runs, and no further than is shown. */
function replaced(text: string, pattern: RegExp, by: (found: string) => string): string {
  let out = '';
  let at = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    out += text.slice(at, index) + by(found);
    at = index + found.length;
    if (out.length > largestSample) return out;
  }
  return out + text.slice(at);
}

function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= largestSample) return text;
  let end = largestSample - Buffer.byteLength('…');
  // Back to where a character begins.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${bytes.toString('utf8', 0, end)}…`;
}
