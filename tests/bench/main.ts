// `npm run bench -- NAME [PART ...] [--seed N ...] [--json]`: measures, and prints ratios against a floor of the same run. Never judges.
// `npm run bench -- waits --csv FILE`, and `occupancy`: how right what is foretold, or corrected, is on a record; ends with one line of JSON.
import { parseArgs } from 'node:util';
import { adviceBench } from './advice.ts';
import { alertsBench } from './alerts/alerts.ts';
import type { Bench } from './figures.ts';
import { summary } from './figures.ts';
import { hallBench } from './hall.ts';
import { historyBench } from './history.ts';
import { ingestBench } from './ingest/ingest.ts';
import { machine } from './machine.ts';
import { judgeDoorFile, occupancyBench } from './occupancy.ts';
import { judgeFile, waitsBench } from './waits.ts';

type Say = (line: string) => void;

const benches: Record<string, Bench> = {
  hall: hallBench,
  ingest: ingestBench,
  history: historyBench,
  waits: waitsBench,
  occupancy: occupancyBench,
  advice: adviceBench,
  alerts: alertsBench,
};
const judges: Record<string, (path: string, say: Say) => Promise<unknown>> = {
  waits: judgeFile,
  occupancy: judgeDoorFile,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, csv: { type: 'string' }, seed: { type: 'string', multiple: true } },
});
const [name = '', ...parts] = positionals;
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
const judge = Object.hasOwn(judges, name) ? judges[name] : undefined;
const say: Say = (line) => process.stderr.write(`${line}\n`);

const seeds = values.seed?.map(Number);
const isUsable = !seeds || (bench?.takesSeeds && seeds.every(Number.isSafeInteger));

if (!bench || !isUsable || (values.csv !== undefined && !judge)) {
  const known = Object.entries(benches).map(([id, { about }]) => `  ${id}  ${about}`);
  say(
    `npm run bench -- NAME [PART ...] [--seed N ...] [--json] [--csv FILE], where NAME is one of:\n${known.join('\n')}`,
  );
  process.exit(2);
}
if (values.csv !== undefined && judge) {
  process.stdout.write(`${JSON.stringify(await judge(values.csv, say))}\n`);
  process.exit(0);
}
const figures = await bench.run(say, parts, seeds);
if (values.json) {
  process.stdout.write(`${JSON.stringify({ bench: name, machine: machine(), figures: figures.map(summary) })}\n`);
} else {
  process.stdout.write(`${name}: ${bench.about}\n${machine()}\n\n`);
  for (const { what, unit, median, min, max, note } of figures.map(summary)) {
    const spread = min === max ? '' : `  (${min} to ${max})`;
    process.stdout.write(`${what.padEnd(56)} ${median} ${unit}${spread}${note ? `  ${note}` : ''}\n`);
  }
}
process.exit(0);
