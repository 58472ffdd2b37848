// A journal may begin in the middle of a device's story, or tell of one that is no longer in the registry: what it counted can't be told
// from there.
import type { Books } from '../../hall/books.ts';
import type { Point } from '../points.ts';

/** Devices of which not everything is known. */
export interface BegunLate {
  devices: ReadonlySet<string>;
  /** True when a door is among them: how many came and are inside rests on all. */
  isDoor: boolean;
}

/** Devices that `lived` heard of before `since` (epoch ms) and after, and of which `past` knows nothing of before. */
export function begunLate(past: Books, lived: Books, since: number): BegunLate {
  const isHeardBefore = ({ state }: Books, id: string) => (state.presence.get(id)?.firstAt ?? since) < since;
  const isLate = (id: string) =>
    isHeardBefore(lived, id) && (lived.state.presence.get(id)?.lastAt ?? 0) >= since && !isHeardBefore(past, id);
  const doors = new Set([...lived.config.file.doors.map(({ id }) => id), ...lived.state.doors.keys()]);
  const devices = new Set([...lived.config.devices.keys(), ...doors].filter(isLate));
  return { devices, isDoor: [...doors].some((id) => devices.has(id)) };
}

/** The points without what rests on these devices: that stays in history as it was. */
export function withoutThem(points: readonly Point[], { devices, isDoor }: BegunLate): Point[] {
  return points.flatMap((point) => {
    if (point.measurement === 'terminal_slot') return devices.has(point.tags.device ?? '') ? [] : [point];
    return isDoor ? withoutPeople(point) : [point];
  });
}

function withoutPeople(point: Point): Point[] {
  const { entered: _, left: _left, occupancyS: _sum, occupancyMax: _max, knownS: _known, ...fields } = point.fields;
  const isKnown = Object.entries(fields).some(([name, value]) => name !== 'simulated' && (value ?? null) !== null);
  return isKnown ? [{ ...point, fields }] : [];
}
