// What a schema can't say about config files: references that must lead somewhere, ids that must be unique.
import type { HallFile, SettingsFile } from '../contracts/registry.ts';
import { perhaps } from './nearest.ts';
import type { Place, Step } from './places.ts';
import { each, hoursFix, inOrder, textsAt } from './places.ts';
import { checkWebhooks } from './webhook-checks.ts';
import type { ConfigFault, YamlFile } from './yaml-file.ts';

/**
 * Faults inside one hall file: unknown regions, zones, services; wrong times and zones; ids used twice. Reads the file
 * as it stands, so that a file whose shape is wrong in one place is still checked in all others.
 */
export function checkHall(file: YamlFile<HallFile>, settings: SettingsFile | null): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const texts = (...steps: Step[]) => textsAt(file.raw, steps);
  const known = (places: Place[], kind: string, ids: string[]) => {
    const defined = new Set(ids);
    const all = [...defined];
    const some = all.slice(0, mostNamed).join(', ');
    for (const { path, text } of places) {
      const fix = all.length ? `write one of: ${some}${perhaps(text, all)}` : `none is defined: add a ${kind} first`;
      if (!defined.has(text)) faults.push(file.fault(path, `no ${kind} "${text}"`, fix));
    }
  };
  if (settings)
    known(
      texts('region'),
      'region',
      settings.regions.map((region) => region.id),
    );
  for (const { path, text } of texts('timeZone')) {
    if (!isTimeZone(text))
      faults.push(file.fault(path, `no time zone "${text}"`, 'write an IANA name, such as Asia/Shanghai'));
  }
  const zones = texts('zones', each, 'id').map(({ text }) => text);
  for (const list of placed) known(texts(list, each, 'zone'), 'zone', zones);
  const services = texts('services', each, 'id').map(({ text }) => text);
  known(texts('desks', each, 'serves', each), 'service', services);
  known(keysAt(file.raw, ['standards', 'services']), 'service', services);
  const unique = [
    texts('zones', each, 'id'),
    texts('services', each, 'id'),
    texts('desks', each, 'id'),
    texts('services', each, 'letter'),
    texts('journeys', each, 'id'),
  ];
  const does = new Set(texts('terminals', each, 'does', each).map(({ text }) => text));
  known(texts('journeys', each, 'needs', 'service'), 'service', services);
  const atTerminals = [texts('services', each, 'atTerminals', each), texts('journeys', each, 'needs', 'does')];
  for (const { path, text } of atTerminals.flat()) {
    if (!does.has(text))
      faults.push(
        file.fault(path, `no terminal does "${text}"`, 'write what stands at a terminal under does, or leave it out'),
      );
  }
  faults.push(...unique.flatMap((places) => twice(file, places)));
  const hours = [
    texts('hours'),
    texts('hours', each),
    texts('zones', each, 'hours'),
    texts('zones', each, 'hours', each),
    texts('desks', each, 'roster'),
    texts('desks', each, 'roster', each),
  ];
  for (const { path, text } of hours.flat()) {
    if (!inOrder(text)) faults.push(file.fault(path, `"${text}" isn't in order`, hoursFix(text)));
  }
  faults.push(...tooManyStaff(file));
  return faults;
}

/** Staff count in the capacity: no hall can be full of them. */
function tooManyStaff(file: YamlFile<HallFile>): ConfigFault[] {
  const { capacity, staff } = (file.raw ?? {}) as { capacity?: unknown; staff?: { inside?: unknown } | null };
  const inside = staff?.inside;
  if (typeof inside !== 'number' || typeof capacity !== 'number' || inside < capacity) return [];
  const what = `is ${inside}, and the hall takes ${capacity} people, staff included`;
  return [file.fault(['staff', 'inside'], what, 'write those of the staff who are inside at a time')];
}

/** Region, tier and webhook ids that stand twice; webhooks that can't be told safely. */
export function checkSettings(file: YamlFile<SettingsFile>): ConfigFault[] {
  const lists = ['regions', 'tiers', 'webhooks'] as const;
  const repeated = lists.flatMap((list) => twice(file, textsAt(file.raw, [list, each, 'id'])));
  return [...repeated, ...checkWebhooks(file)];
}

/** Hall and device ids that two files use: both must be unique in the installation (I1). */
export function checkUnique(files: YamlFile<HallFile>[]): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const seen = new Map<string, string>();
  for (const file of files) {
    const claims = [
      ...textsAt(file.raw, ['id']).map((place) => ({ ...place, kind: 'hall' })),
      ...machines
        .flatMap((list) => textsAt(file.raw, [list, each, 'id']))
        .map((place) => ({ ...place, kind: 'device' })),
    ];
    for (const { path, text, kind } of claims) {
      const other = seen.get(`${kind} ${text}`);
      if (other) faults.push(file.fault(path, `${kind} id "${text}" is also used in ${other}`, 'give each its own id'));
      else seen.set(`${kind} ${text}`, file.file);
    }
  }
  return faults;
}

const placed = ['doors', 'queueMachines', 'desks', 'terminals'] as const;
const machines = ['doors', 'queueMachines', 'terminals'] as const;

function keysAt(value: unknown, path: string[]): Place[] {
  const found = path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], value);
  return typeof found === 'object' && found !== null
    ? Object.keys(found).map((text) => ({ path: [...path, text], text }))
    : [];
}

/** Lists of what may be written instead are cut there: a province has thousands of halls. */
const mostNamed = 40;

/** A fault for each text that stands for a second time, with where it stands first. */
function twice(file: YamlFile<unknown>, places: Place[]): ConfigFault[] {
  const first = new Map<string, Place>();
  return places.flatMap((place) => {
    const known = first.get(place.text);
    if (!known) first.set(place.text, place);
    if (!known) return [];
    const { line } = file.fault(known.path, '', '');
    return [file.fault(place.path, `"${place.text}" stands twice`, `give each its own; the first is in line ${line}`)];
  });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
