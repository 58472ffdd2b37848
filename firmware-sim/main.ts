// `npm run simulate`: the devices of simulated halls, until told to stop.
import { formatClock, realNow, simClock } from './clock.ts';
import { Fleet } from './fleet.ts';
import type { SimHall } from './model/hall-day.ts';
import type { Options } from './options.ts';
import { help, parseOptions } from './options.ts';
import { inventRegistry } from './registry/invent.ts';
import { hallNamed, readHalls } from './registry/read.ts';
import { writeRegistry } from './registry/write.ts';
import { listScenarios, profileOf, readScenario } from './scenario/read.ts';
import { TruthFile } from './truth-file.ts';
import { runCommand, UserError } from './user-error.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

await runCommand('simulator', async () => {
  const options = parseOptions(process.argv.slice(2), process.env, realNow());
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  if (options.listScenarios) {
    for (const { name, about } of await listScenarios()) say(`${name.padEnd(24)}${about}`);
    return;
  }
  if (options.writeConfig !== undefined) {
    await writeRegistry(options.writeConfig, inventRegistry(options.halls ?? 1));
    say(
      `wrote ${options.halls} halls to ${options.writeConfig}: start the server with HALLWATCH_CONFIG=${options.writeConfig}`,
    );
  }
  if (options.run) await run(options);
});

async function run(options: Options): Promise<void> {
  const { broker, seed, clock } = options;
  const halls = chosen(await readHalls(options.config), options);
  const profile = profileOf(await readScenario(options.scenario));
  const truth = options.truth === undefined ? undefined : await TruthFile.open(options.truth);
  if (options.clockIsNew) say(`start the server with HALLWATCH_SIMULATED=1 HALLWATCH_CLOCK=${formatClock(clock)}`);
  const onTruth = truth && ((hall: string, event: Parameters<TruthFile['write']>[1]) => truth.write(hall, event));
  const fleet = new Fleet({ halls, broker, clock: simClock(clock), seed, profile, say, onTruth });
  const told = signalled();
  const started = fleet.start();
  await told;
  await fleet.stop();
  await started;
  await truth?.close();
}

function chosen(halls: SimHall[], { only, halls: count, config }: Options): SimHall[] {
  if (count !== undefined && count > halls.length) {
    throw new UserError(
      `--halls is ${count}, and ${config} has ${halls.length}: write a registry first with --halls ${count} --write-config DIR`,
    );
  }
  const some = halls.slice(0, count);
  return only === undefined ? some : [hallNamed(some, only, (hall) => hall.file, config)];
}

/** Resolves at the first SIGINT or SIGTERM. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
