// `npm run docs:history`: writes the tables of docs/history.md out of the catalogue.
import { readFile, writeFile } from 'node:fs/promises';
import { definitionOf, measurementNames } from './catalogue.ts';

const page = 'docs/history.md';
const begin = '<!-- catalogue: written by npm run docs:history -->';
const end = '<!-- end of catalogue -->';

/** The page with its tables as the catalogue has them. Throws when the page has no place for them. */
export function withCatalogue(text: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} has lost the marks of its catalogue`);
  return [before, begin, '\n', ...measurementNames.map(sectionOf), end, after].join('');
}

function sectionOf(name: (typeof measurementNames)[number]): string {
  const { retention, about, at, tags, fields } = definitionOf(name);
  const rows = Object.entries(fields).map(
    ([field, { type, unit, about: meaning }]) => `| \`${field}\` | ${type} | ${unit} | ${meaning} |`,
  );
  return [
    `### ${name}`,
    `Retention \`${retention}\`: ${about}. Timestamp: ${at}. Tags: ${tags.map((tag) => `\`${tag}\``).join(', ')}.`,
    '',
    '| field | type | unit | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '',
  ].join('\n');
}

if (import.meta.main) {
  await writeFile(page, withCatalogue(await readFile(page, 'utf8')));
  process.stdout.write(`${page}: ${measurementNames.length} measurements\n`);
}
