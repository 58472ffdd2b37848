// `npm run docs:alerts`: writes the table of docs/alerts.md out of the rules' defaults.
import { readFile, writeFile } from 'node:fs/promises';
import { alertDefaults, lifeDefaults } from '../contracts/alert-settings.ts';
import type { AlertRule } from '../contracts/names.ts';
import { alertRules } from '../contracts/names.ts';

const page = 'docs/alerts.md';
const begin = '<!-- rules: written by npm run docs:alerts -->';
const end = '<!-- end of rules -->';

/** The page with its table as the code has it. Throws when the page has no place for it. */
export function withRules(text: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} has lost the marks of its table`);
  const lines = [
    '| rule | raised when | severity | raised after, s | cleared after, s | thresholds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...alertRules.map(rowOf),
    '',
    `For every rule: ${thresholdsOf(lifeDefaults)}.`,
  ];
  return [before, begin, '\n', lines.join('\n'), '\n', end, after].join('');
}

function rowOf(rule: AlertRule): string {
  const { meaning, severity, raiseAfterS, clearAfterS, thresholds } = alertDefaults[rule];
  return `| \`${rule}\` | ${meaning} | ${severity} | ${raiseAfterS} | ${clearAfterS} | ${thresholdsOf(thresholds)} |`;
}

function thresholdsOf(thresholds: Readonly<Record<string, { value: number; about: string }>>): string {
  return Object.entries(thresholds)
    .map(([name, { value, about }]) => `\`${name}\` ${value}: ${about}`)
    .join('; ');
}

if (import.meta.main) {
  await writeFile(page, withRules(await readFile(page, 'utf8')));
  process.stdout.write(`${page}: ${alertRules.length} rules\n`);
}
