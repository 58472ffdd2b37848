// Text that comes from outside as bytes: UTF-8, or where it isn't and what it may be instead.

/** Where bytes stop being text in UTF-8. `line` counts from 1, `offset` in bytes from 0. */
export interface Utf8Fault {
  line: number;
  offset: number;
  what: string;
  fix: string;
}

export type Utf8Text = { text: string; fault: null } | { text: null; fault: Utf8Fault };

const utf8 = new TextDecoder('utf-8', { fatal: true });
const saveAsUtf8 = 'save it as UTF-8';
/** Longest excerpt of a line that a fault shows. */
const mostLetters = 40;

/** The text of a file; a byte order mark at its beginning is left out. */
export function textOf(bytes: Uint8Array): Utf8Text {
  const utf16 = utf16Name(bytes);
  if (utf16 !== null) {
    const what = `is in ${utf16}, not in UTF-8`;
    return {
      text: null,
      fault: { line: 1, offset: 0, what, fix: `${saveAsUtf8} (some editors call UTF-16 "Unicode")` },
    };
  }
  try {
    const text = utf8.decode(bytes);
    const odd = nulByte(text);
    return odd ? { text: null, fault: odd } : { text, fault: null };
  } catch {
    return { text: null, fault: notUtf8(bytes, firstBadByte(bytes) ?? 0) };
  }
}

/** UTF-16 with its mark; or without it, where every second byte of a beginning is zero. */
function utf16Name(bytes: Uint8Array): string | null {
  const [a = 0, b = 0] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'UTF-16';
  const zeros = [0, 1].map((odd) => countZeros(bytes.subarray(0, 64), odd));
  const [even = 0, uneven = 0] = zeros;
  return Math.max(even, uneven) >= 4 && Math.min(even, uneven) === 0 ? 'UTF-16' : null;
}

function countZeros(bytes: Uint8Array, odd: number): number {
  return bytes.filter((byte, i) => byte === 0 && i % 2 === odd).length;
}

function notUtf8(bytes: Uint8Array, offset: number): Utf8Fault {
  const line = lineAt(bytes, offset);
  const byte = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}`;
  const start = bytes.lastIndexOf(0x0a, offset - 1) + 1;
  const end = bytes.indexOf(0x0a, offset);
  const asGbk = gbkText(bytes.subarray(start, end === -1 ? bytes.length : end));
  return {
    line,
    offset,
    what: `is not in UTF-8: byte ${offset - start + 1} of the line is ${byte}`,
    fix: asGbk
      ? `it looks like GBK, which Windows calls ANSI (the line then reads "${asGbk}"): ${saveAsUtf8}, as with: iconv -f GBK -t UTF-8`
      : saveAsUtf8,
  };
}

/** The line as GBK; null where it is none either. */
function gbkText(line: Uint8Array): string | null {
  try {
    const text = new TextDecoder('gbk', { fatal: true }).decode(line).trim();
    return [...text].length > mostLetters ? `${[...text].slice(0, mostLetters).join('')}…` : text;
  } catch {
    return null;
  }
}

function nulByte(text: string): Utf8Fault | null {
  const offset = text.indexOf('\u0000');
  if (offset === -1) return null;
  const fix = 'put the right file there, or write it again';
  return { line: lineOf(text, offset), offset, what: 'holds a NUL byte: it is no text', fix };
}

/** Text that was read in the wrong encoding and saved again: what it said is lost. Null where there is none. */
export function lostLetters(text: string): Utf8Fault | null {
  const offset = text.indexOf('\ufffd');
  if (offset === -1) return null;
  const what = 'holds \ufffd: letters were lost when it was saved in another encoding';
  return { line: lineOf(text, offset), offset, what, fix: `write them again, and ${saveAsUtf8}` };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function lineAt(bytes: Uint8Array, offset: number): number {
  return bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
}

/** By the first byte of a letter: how many follow, and between which the first of those must lie (RFC 3629). */
function followers(byte: number): { n: number; from: number; to: number } | null {
  if (byte < 0x80) return { n: 0, from: 0, to: 0 };
  if (byte >= 0xc2 && byte <= 0xdf) return { n: 1, from: 0x80, to: 0xbf };
  if (byte === 0xe0) return { n: 2, from: 0xa0, to: 0xbf };
  if (byte === 0xed) return { n: 2, from: 0x80, to: 0x9f };
  if (byte >= 0xe1 && byte <= 0xef) return { n: 2, from: 0x80, to: 0xbf };
  if (byte === 0xf0) return { n: 3, from: 0x90, to: 0xbf };
  if (byte >= 0xf1 && byte <= 0xf3) return { n: 3, from: 0x80, to: 0xbf };
  if (byte === 0xf4) return { n: 3, from: 0x80, to: 0x8f };
  return null;
}

/** The offset of the first letter that isn't UTF-8; null where all are. */
export function firstBadByte(bytes: Uint8Array): number | null {
  for (let i = 0; i < bytes.length; ) {
    const rest = followers(bytes[i] ?? 0);
    if (!rest) return i;
    for (let k = 1; k <= rest.n; k++) {
      const byte = bytes[i + k] ?? 0;
      const [from, to] = k === 1 ? [rest.from, rest.to] : [0x80, 0xbf];
      if (byte < from || byte > to) return i;
    }
    i += rest.n + 1;
  }
  return null;
}
