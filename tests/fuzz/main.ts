// `npm run fuzz -- [--seed 1] [--rounds 20] [--halls 24] [--hours 3]`: stories of devices with the faults of real ones, held against
// what really happened. Prints what was shown unmarked and wrong; exit code 1 when there was any. The last line is JSON. `FUZZ_LOG=error` shows the
// server's log.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { play } from './play.ts';
import type { Verdict } from './verdict.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '20' },
    halls: { type: 'string', default: '24' },
    hours: { type: 'string', default: '3' },
    most: { type: 'string', default: '40' },
  },
});
const [seed, rounds, halls, hours, most] = [values.seed, values.rounds, values.halls, values.hours, values.most].map(
  Number,
);
if (![seed, rounds, halls, hours, most].every((value) => value !== undefined && value > 0)) {
  process.stderr.write(
    'npm run fuzz -- [--seed 1] [--rounds 20] [--halls 24] [--hours 3] [--most 40], with numbers above 0\n',
  );
  process.exit(2);
}
const totals = { stories: 0, messages: 0, checks: 0, marked: 0, wrong: 0, notRebuilt: 0 };
let printed = 0;
for (let round = Number(seed); round < Number(seed) + Number(rounds); round++) {
  const folder = await mkdtemp(join(tmpdir(), 'hallwatch-fuzz-'));
  const played = await play({ seed: round, halls: Number(halls), folder, lengthMs: Number(hours) * 3_600_000 });
  await rm(folder, { recursive: true });
  totals.stories += Number(halls);
  totals.messages += played.messages;
  totals.checks += played.checks;
  totals.marked += played.marked;
  totals.wrong += played.verdicts.length;
  totals.notRebuilt += played.notRebuilt.length;
  for (const hall of played.notRebuilt)
    process.stdout.write(`seed ${round}: ${hall} is another one when made from the journal\n`);
  for (const verdict of firstOfEach(played.verdicts)) {
    if (printed++ < Number(most)) process.stdout.write(`seed ${round}: ${said(verdict)}\n`);
  }
  process.stderr.write(
    `round ${round}: ${played.messages} messages, ${played.checks} checks, ${played.marked} marked, ${played.verdicts.length} wrong\n`,
  );
}
process.stdout.write(`${JSON.stringify({ fuzz: totals })}\n`);
process.exit(totals.wrong + totals.notRebuilt === 0 ? 0 : 1);

/** One wrong number tends to stay wrong: the first of each device and kind tells most. */
function firstOfEach(verdicts: readonly Verdict[]): Verdict[] {
  const seen = new Set<string>();
  return verdicts.filter(({ device, what }) => !seen.has(`${device} ${what}`) && seen.add(`${device} ${what}`));
}

function said({ at, device, what, shown, truth, faults }: Verdict): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return `${device} at ${time} UTC: ${what}: shown ${JSON.stringify(shown)}, true ${JSON.stringify(truth)} [${faults.join(', ')}]`;
}
