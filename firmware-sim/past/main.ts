// Tells a past as JSON lines on stdout, no faster than it is read.
import { once } from 'node:events';
import { readText } from '../read-text.ts';
import { hallNamed, readHallFiles, readHalls } from '../registry/read.ts';
import { profileOf, readScenario } from '../scenario/read.ts';
import { runCommand, UserError } from '../user-error.ts';
import type { PastLine } from './device-lines.ts';
import type { RecordedOptions, SimulatedOptions } from './options.ts';
import { help, parseOptions } from './options.ts';
import { recordedPast } from './recorded.ts';
import { simulatedPast } from './simulated.ts';

const linesAWrite = 500;

// Whoever read us is gone: there is nobody left to tell.
process.stdout.on('error', () => process.exit(0));

await runCommand('past', async () => {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    process.stdout.write(help);
    return;
  }
  await ('records' in options ? tellRecords(options) : tellSimulated(options));
});

async function tellSimulated({ config, halls, from, to, seed, scenario }: SimulatedOptions): Promise<void> {
  const all = await readHalls(config);
  const chosen = halls.length === 0 ? all : halls.map((id) => hallNamed(all, id, (hall) => hall.file, config));
  const profile = profileOf(await readScenario(scenario));
  for (const lines of simulatedPast({ halls: chosen, from, to, seed, profile })) await write(lines);
}

async function tellRecords({ config, records, hall, until, datesOnly }: RecordedOptions): Promise<void> {
  const file = hallNamed(await readHallFiles(config), hall, (one) => one, config);
  const texts = await Promise.all(
    records.map(async (name) => {
      const text = await readText(name).catch((error: NodeJS.ErrnoException) => {
        if (error instanceof UserError) throw error;
        throw new UserError(`can't read ${name} (${error.code})`, 1);
      });
      return { name, text };
    }),
  );
  const { from, to, lines } = recordedPast(texts, { hall: file, until });
  if (datesOnly) process.stdout.write(`${JSON.stringify({ from, to })}\n`);
  else await write(lines);
}

async function write(lines: readonly PastLine[]): Promise<void> {
  for (let i = 0; i < lines.length; i += linesAWrite) {
    const text = lines.slice(i, i + linesAWrite).map((line) => `${JSON.stringify(line)}\n`);
    if (!process.stdout.write(text.join(''))) await once(process.stdout, 'drain');
  }
}
