import type { HallConfig } from '../../config/hall-config.ts';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';

/** The hall of an address. Throws `unknown-hall`. */
export function hallOf(halls: Halls, id: string): HallConfig {
  const hall = halls.get(id);
  if (hall) return hall.config;
  throw new HallwatchError('unknown-hall', { what: `there is no hall "${id}"`, fix: 'GET /api/halls lists them' });
}

/** The halls of a region, or the one of them that is named. Throws `unknown-region`, `unknown-hall`. */
export function hallsOf(
  { halls, regions }: { halls: Halls; regions: () => ReadonlyMap<string, unknown> },
  { region, hall }: { region: string; hall: string | undefined },
): HallConfig[] {
  if (!regions().has(region)) {
    throw new HallwatchError('unknown-region', {
      what: `there is no region "${region}" here`,
      fix: 'GET /api/halls names the region of each hall',
    });
  }
  const all = halls.ids.map((id) => hallOf(halls, id)).filter((one) => one.region === region);
  if (hall === undefined) return all.sort((a, b) => (a.id < b.id ? -1 : 1));
  const found = all.find(({ id }) => id === hall);
  if (found) return [found];
  throw new HallwatchError('unknown-hall', {
    what: `there is no hall "${hall}" in ${region}`,
    fix: `leave hall out, or write one of ${all.map(({ id }) => id).join(', ')}`.slice(0, 400),
  });
}

/** A service or a terminal that the hall has. Throws `bad-request`. */
export function checkKnown(kind: 'service' | 'terminal', id: string, known: Iterable<string>): void {
  const all = [...known];
  if (all.includes(id)) return;
  throw new HallwatchError('bad-request', {
    what: `the hall has no ${kind} "${id}"`,
    fix: all.length > 0 ? `write one of ${all.join(', ')}` : `leave ${kind} out`,
  });
}
