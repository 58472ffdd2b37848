// A journal may begin in the middle of a device's story: what the device counted can't be told from there.
import type { Books } from '../../hall/hall.ts';
import type { Point } from '../points.ts';

/** Devices that `lived` heard of before `since` (epoch ms), and of which `past` knows nothing of that time. */
export function begunLate(past: Books, lived: Books, since: number): ReadonlySet<string> {
  const isHeard = ({ state }: Books, id: string) => (state.presence.get(id)?.firstAt ?? since) < since;
  return new Set([...past.config.devices.keys()].filter((id) => isHeard(lived, id) && !isHeard(past, id)));
}

/** The points without what rests on these devices: that stays in history as it was. */
export function withoutThem(
  points: readonly Point[],
  { file }: Books['config'],
  devices: ReadonlySet<string>,
): Point[] {
  if (devices.size === 0) return [...points];
  const hasDoors = !file.doors.some(({ id }) => devices.has(id));
  return points.flatMap((point) => {
    if (point.measurement === 'terminal_slot') return devices.has(point.tags.device ?? '') ? [] : [point];
    return hasDoors ? [point] : withoutPeople(point);
  });
}

function withoutPeople(point: Point): Point[] {
  const { entered: _, left: _left, occupancyS: _sum, occupancyMax: _max, knownS: _known, ...fields } = point.fields;
  const isKnown = Object.entries(fields).some(([name, value]) => name !== 'simulated' && (value ?? null) !== null);
  return isKnown ? [{ ...point, fields }] : [];
}
