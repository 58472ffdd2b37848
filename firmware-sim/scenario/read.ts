import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import type { Profile } from '../model/profile.ts';
import { ordinary } from '../model/profile.ts';
import { readText } from '../read-text.ts';
import { UserError } from '../user-error.ts';
import { Scenario } from './schema.ts';

const folder = join(import.meta.dirname, '..', 'scenarios');
const checked = Compile(Scenario);

/** The scenarios that ship, with a line about each, in order of their names. */
export async function listScenarios(): Promise<{ name: string; about: string }[]> {
  const names = await shipped();
  return Promise.all(
    names.map(async (name) => {
      const { about } = await readScenario(name);
      return { name, about };
    }),
  );
}

/** A scenario by its name, or from a file of one's own. Throws a UserError that tells all its faults. */
export async function readScenario(nameOrFile: string): Promise<Scenario> {
  const path = /\.ya?ml$/.test(nameOrFile) ? nameOrFile : join(folder, `${nameOrFile}.yaml`);
  const text = await readText(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error instanceof UserError) throw error;
    if (path === nameOrFile) throw new UserError(`can't read ${path} (${error.code})`, 1);
    throw new UserError(`no scenario "${nameOrFile}": there are ${(await shipped()).join(', ')}, or name a .yaml file`);
  });
  return parseScenario(text, path);
}

export function parseScenario(text: string, path: string): Scenario {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new UserError(`${path}: ${String((error as Error).message).split('\n')[0]}`, 1);
  }
  // A name that isn't known is told twice; once, with the name, is enough.
  const errors = [...checked.Errors(value)].filter(({ keyword }) => keyword !== 'boolean');
  const faults = errors.map(({ instancePath, message, params }) => {
    const where = instancePath.slice(1).replaceAll('/', '.') || 'the file';
    return `${where} ${message}${extra(params)}`;
  });
  if (faults.length > 0) throw new UserError(`${path}: ${[...new Set(faults)].join('; ')}`, 1);
  return value as Scenario;
}

/** The whole profile: what the scenario leaves out is ordinary. */
export function profileOf(scenario: Scenario): Profile {
  return {
    demand: { ...ordinary.demand, ...scenario.demand },
    customers: { ...ordinary.customers, ...scenario.customers },
    desks: { ...ordinary.desks, ...scenario.desks },
    faults: { ...ordinary.faults, ...scenario.faults },
    outages: scenario.outages ?? ordinary.outages,
    brokerDeaths: scenario.brokerDeaths ?? ordinary.brokerDeaths,
    doors: { ...ordinary.doors, ...scenario.doors },
    clocks: { ...ordinary.clocks, ...scenario.clocks },
  };
}

async function shipped(): Promise<string[]> {
  return (await readdir(folder)).map((file) => basename(file, '.yaml')).sort();
}

/** The names that a schema doesn't know, which its message leaves out. */
function extra(params: object): string {
  const names = 'additionalProperties' in params ? params.additionalProperties : undefined;
  return Array.isArray(names) ? `: ${names.join(', ')}` : '';
}
