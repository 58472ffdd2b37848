// Halls larger than any that stands somewhere, and what their devices say: for the bounds of live views and answers.
import type { HallFile } from '../../server/contracts/registry.ts';

interface Size {
  desks: number;
  terminals: number;
  services: number;
  /** Doors besides the one that every hall has. */
  doors?: number;
}

const long = 'abcdefghijklmnopqrstuvwxyz0123456789wxyz';

/** An id of 40 letters that ends in a number, or a short one. */
export function idOf(name: string, n: number, isLong = false): string {
  const end = `${name}-${n}`;
  return isLong ? `${long.slice(0, 39 - end.length)}-${end}` : end;
}

const names = (n: number) => ({ 'zh-CN': `第${n}个名称`, en: `Name ${n}` });

/** The file of a hall of this size. */
export function largeHall({ desks, terminals, services, doors = 0 }: Size, isLong = false): Partial<HallFile> {
  const of = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
  const service = (i: number) => idOf('service', i % Math.max(1, services), isLong);
  return {
    doors: of(doors + 1, (i) => ({ id: idOf('door', i, isLong), zone: 'floor', name: names(i) })),
    queueMachines: [{ id: 'queue', zone: 'floor', name: names(0) }],
    services: of(services, (i) => ({
      id: service(i),
      letter: String.fromCharCode(65 + (Math.floor(i / 26) % 26), 65 + (i % 26)),
      name: names(i),
      atTerminals: ['pay'],
    })),
    desks: of(desks, (i) => ({
      id: idOf('desk', i, isLong),
      label: String(i),
      zone: 'floor',
      serves: [service(i), service(i + 1)],
      roster: 'always',
    })),
    terminals: of(terminals, (i) => ({
      id: idOf('kiosk', i, isLong),
      type: 'payment-kiosk' as const,
      zone: 'floor',
      name: names(i),
      does: ['pay'],
      accepts: ['cash' as const, 'card' as const],
    })),
  };
}
