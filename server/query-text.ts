// Text of queries in one language, SQL or InfluxQL. What can't be a parameter comes in through the language's tag alone, which takes
// whole numbers and text of the same language: the language's quoting function, and literals in our own source.
// tests/rules/queries.test.ts refuses every other way to a query.

declare const language: unique symbol;

export type QueryText<Language extends string> = string & { readonly [language]: Language };

type Part<Text> = Text | number | readonly (Text | number)[];

/** The tag of a language. Lists are joined by commas; a number that isn't whole is a RangeError. */
export function queryTag<Text extends string>(): (
  texts: TemplateStringsArray,
  ...parts: readonly Part<Text>[]
) => Text {
  return (texts, ...parts) =>
    texts.reduce((text, next, i) => `${text}${[parts[i - 1] ?? []].flat().map(written).join(', ')}${next}`) as Text;
}

function written(part: string | number): string {
  if (typeof part === 'number' && !Number.isSafeInteger(part)) throw new RangeError(`${part} is no whole number`);
  return String(part);
}
