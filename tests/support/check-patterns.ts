// A step of `npm run verify`: no regular expression takes more than linear time over some text. Planted ones must be found.
import { readFileSync } from 'node:fs';
import { patternsOf, slownessOf } from './patterns.ts';
import { sourceFiles } from './source-files.ts';

const planted: Record<string, string> = {
  'exponential.ts': 'export const isWords = (text: string) => /^(\\w+\\s?)*$/.test(text);',
  'quadratic.ts': 'export const quote = (text: string) => /"name":"(.*)"}/s.exec(text);',
  'schema.ts': "export const Name = Type.String({ pattern: '^(a|a)*$' });",
  'built.ts': "export const name = new RegExp('(x+x+)+y');",
  'Markup.svelte': '{#if /^(a+)+$/.test(name)}{name}{/if}',
};

const faults: string[] = [];
for (const [file, text] of Object.entries(planted)) {
  const patterns = patternsOf(file, text);
  const slow = await Promise.all(patterns.map(slownessOf));
  if (slow.length === 0 || slow.includes(null)) faults.push(`a planted slow pattern was not found: ${text}`);
}
const files = sourceFiles('server', 'dashboard', 'firmware-sim').filter((file) => /\.(ts|svelte)$/.test(file));
const patterns = files.flatMap((file) => patternsOf(file, readFileSync(file, 'utf8')));
for (const pattern of patterns) {
  const slow = await slownessOf(pattern);
  if (slow !== null) faults.push(`${pattern.at}: /${pattern.source}/${pattern.flags} is ${slow}`);
}
process.stdout.write([`${patterns.length} patterns of ${files.length} files`, ...faults, ''].join('\n'));
process.exitCode = faults.length === 0 && patterns.length > 50 ? 0 : 1;
