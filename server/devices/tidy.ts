// What devices write in other ways and mean the same by: a null for what they leave out, an id as a number, a word in capitals.

type Fields = Record<string, unknown>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The message without its fields that are null, nor those of the lists it holds by name (`parts`, `stock`): null means absent. */
export function withoutNulls(message: unknown): unknown {
  if (!isObject(message)) return message;
  let tidy: Fields | null = null;
  for (const name in message) {
    const value = message[name];
    const meant = value === null ? undefined : isObject(value) ? withoutNullEntries(value) : value;
    if (meant === value) continue;
    // Few messages have any, and none is copied for nothing.
    tidy ??= { ...message };
    if (meant === undefined) delete tidy[name];
    else tidy[name] = meant;
  }
  return tidy ?? message;
}

/** Not recursive: how deep a message goes is its sender's choice. */
function withoutNullEntries(list: Fields): Fields {
  for (const name in list) {
    if (list[name] === null) return Object.fromEntries(Object.entries(list).filter(([, value]) => value !== null));
  }
  return list;
}

/** A copy in which each of these fields that is there is read by `read`; the message itself where that changes none. */
export function reread(message: Fields, names: readonly string[], read: (value: unknown) => unknown): Fields {
  let tidy: Fields | null = null;
  for (const name of names) {
    const value = message[name];
    const meant = value === undefined ? value : read(value);
    if (meant === value) continue;
    tidy ??= { ...message };
    tidy[name] = meant;
  }
  return tidy ?? message;
}

/** A whole number as text: systems send numbers and ids either way. */
export function asText(value: unknown): unknown {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : value;
}

/** A ticket number without what a serial line or a form field left around it. */
export function asTicket(value: unknown): unknown {
  const text = asText(value);
  return typeof text === 'string' ? text.trim() : text;
}

/** A word or id of ours as the contract writes it, however it was written: full width, in capitals, with blanks around it. */
export function asWord(value: unknown): unknown {
  const text = asText(value);
  return typeof text === 'string' && text.length <= mostLetters ? text.normalize('NFKC').trim().toLowerCase() : text;
}

/** No word or id of ours is so long. */
const mostLetters = 64;
