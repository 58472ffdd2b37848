import { configFolder, plainDate, readOptions, wholeNumber } from '../command-line.ts';
import { UserError } from '../user-error.ts';

export const help = `Tells a past: what the devices of halls would have sent on days gone by, as JSON lines of {topic, payload, time} on
stdout, as fast as they are read. \`npm run replay -- --dump FILE\` publishes such lines.

  node firmware-sim/past/main.ts --from YYYY-MM-DD --to YYYY-MM-DD [--hall HALL]... [--seed N] [--scenario NAME|FILE]
  node firmware-sim/past/main.ts --records FILE... --hall HALL --until YYYY-MM-DD [--dates]

  --from, --to    the first and the last day, local dates; each goes on until the hall is empty in the night after it
  --hall HALL     only this hall; may be written several times
  --seed N        the same seed, the same messages, those of \`npm run simulate\` (default 1)
  --scenario S    how the days are to be: a scenario's name or a .yaml file (default normal)
  --records FILE  real records instead, as the first queue machine or door of the hall, moved by whole weeks; several times for more
  --until DATE    the last date that a record may reach
  --dates         tells only the dates that the records come to, as one JSON line {from, to}
  --config DIR    where the halls are described (default: HALLWATCH_CONFIG, or config)
  --help
`;

interface Common {
  config: string;
  halls: readonly string[];
}

export interface SimulatedOptions extends Common {
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  seed: number;
  scenario: string;
}

export interface RecordedOptions extends Common {
  records: readonly string[];
  hall: string;
  until: string;
  datesOnly: boolean;
}

const known = {
  from: { type: 'string' },
  to: { type: 'string' },
  hall: { type: 'string', multiple: true },
  seed: { type: 'string' },
  scenario: { type: 'string' },
  records: { type: 'string', multiple: true },
  until: { type: 'string' },
  dates: { type: 'boolean' },
  config: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line. Throws UserErrors of one line. */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): SimulatedOptions | RecordedOptions | 'help' {
  const given = readOptions(args, known);
  if (given.help) return 'help';
  const halls = given.hall ?? [];
  const common = { config: configFolder(given.config, env), halls };
  const date = (name: 'from' | 'to' | 'until') => {
    const text = given[name];
    if (text === undefined) throw new UserError(`--${name} is missing: a local date, as YYYY-MM-DD`);
    return plainDate(`--${name}`, text);
  };
  if (given.records) {
    const [hall] = halls;
    if (hall === undefined || halls.length > 1)
      throw new UserError('--records needs one --hall: whose devices they are');
    return {
      ...common,
      records: given.records,
      hall,
      until: date('until').toString(),
      datesOnly: given.dates ?? false,
    };
  }
  const [from, to] = [date('from'), date('to')];
  if (Temporal.PlainDate.compare(to, from) < 0) throw new UserError(`--to is ${to}, before --from ${from}`);
  const seed = wholeNumber('--seed', given.seed, 0, 2 ** 31 - 1) ?? 1;
  return { ...common, from, to, seed, scenario: given.scenario ?? 'normal' };
}
