// `npm run bench -- NAME [PART ...] [--json]`: measures, and prints ratios against a floor of the same run. Never judges.

import type { Bench } from './figures.ts';
import { summary } from './figures.ts';
import { hallBench } from './hall.ts';
import { historyBench } from './history.ts';
import { ingestBench } from './ingest/ingest.ts';
import { machine } from './machine.ts';

const benches: Record<string, Bench> = { hall: hallBench, ingest: ingestBench, history: historyBench };

const [name = '', ...flags] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (!bench) {
  const known = Object.entries(benches).map(([id, { about }]) => `  ${id}  ${about}`);
  process.stderr.write(`npm run bench -- NAME [PART ...] [--json], where NAME is one of:\n${known.join('\n')}\n`);
  process.exit(2);
}
const say = (line: string) => process.stderr.write(`${line}\n`);
const figures = await bench.run(
  say,
  flags.filter((flag) => !flag.startsWith('--')),
);
if (flags.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ bench: name, machine: machine(), figures: figures.map(summary) })}\n`);
} else {
  process.stdout.write(`${name}: ${bench.about}\n${machine()}\n\n`);
  for (const { what, unit, median, min, max, note } of figures.map(summary)) {
    const spread = min === max ? '' : `  (${min} to ${max})`;
    process.stdout.write(`${what.padEnd(56)} ${median} ${unit}${spread}${note ? `  ${note}` : ''}\n`);
  }
}
process.exit(0);
