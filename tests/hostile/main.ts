// `npm run hostile -- [PART ...] [--scale 1] [--json]`: drives a real server with faults and attacks, on loopback only and
// bounded in count and time, and prints promised beside measured. The last line is JSON. Exit code 1 when a promise is broken.
import { parseArgs } from 'node:util';
import { machine } from '../bench/machine.ts';
import { httpPart } from './attack/http.ts';
import { mqttPart } from './attack/mqtt.ts';
import { questionsPart } from './attack/questions.ts';
import { socketsPart } from './attack/sockets.ts';
import { bursts } from './bursts.ts';
import { folder } from './folder.ts';
import { kills } from './kills.ts';
import type { Finding, HostilePart } from './part.ts';

const parts: Record<string, HostilePart> = {
  kills,
  folder,
  bursts,
  http: httpPart,
  questions: questionsPart,
  sockets: socketsPart,
  mqtt: mqttPart,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' } },
});
const scale = Number(values.scale);
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
const say = (line: string) => process.stderr.write(`${line}\n`);

if (unknown.length > 0 || !(scale > 0)) {
  const known = Object.entries(parts).map(([id, { about, minutes }]) => `  ${id}  ${about} (${minutes} min)`);
  say(`npm run hostile -- [PART ...] [--scale 1], where PART is one of:\n${known.join('\n')}`);
  process.exit(2);
}

const results: { part: string; tookS: number; findings: Finding[] }[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  const part = parts[name];
  if (!part) continue;
  say(`\n${name}: ${part.about}`);
  const began = performance.now();
  const findings = await part.run({ say, scale });
  results.push({ part: name, tookS: Math.round((performance.now() - began) / 1000), findings });
  for (const { what, promised, measured, ok } of findings)
    process.stdout.write(`${ok ? 'ok    ' : 'BROKEN'} ${name}: ${what}: promised ${promised}, measured ${measured}\n`);
}
const broken = results.flatMap(({ findings }) => findings).filter(({ ok }) => !ok).length;
process.stdout.write(`${JSON.stringify({ hostile: results, broken, scale, machine: machine() })}\n`);
process.exit(broken === 0 ? 0 : 1);
