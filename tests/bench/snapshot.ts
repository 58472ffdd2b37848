// What it costs to write a hall's state down and to have it back. Writing holds up the server: it happens between messages.
import { deserialize, serialize } from 'node:v8';
import { Hall } from '../../server/hall/hall.ts';
import type { HallState } from '../../server/hall/state.ts';
import type { Figure } from './figures.ts';
import { rate } from './figures.ts';
import { config, feed, twoDays } from './messages.ts';

export function snapshotFigures(rounds: number): Figure[] {
  const shared = config(20);
  const messages = twoDays();
  const fed = () => {
    const hall = new Hall(shared);
    feed(hall, messages);
    return hall;
  };
  const { state } = fed();
  const bytes = serialize(state);
  const restored = (): HallState => deserialize(bytes);
  const states = Array.from({ length: rounds }, restored);
  const times = (work: () => void) => Array.from({ length: rounds }, () => 1_000 / rate(1, work));
  const of = 'of a hall with two full days';
  return [
    { what: `writing a snapshot ${of}`, unit: 'ms', values: times(() => serialize(state)), note: 'goal: under 10' },
    { what: `size of a snapshot ${of}`, unit: 'KB', values: [bytes.length / 1024] },
    { what: `reading a snapshot ${of}`, unit: 'ms', values: times(restored) },
    { what: `books ${of}`, unit: 'ms', values: states.map((one) => 1_000 / rate(1, () => new Hall(shared, one))) },
    { what: `weight ${of}, fed`, unit: 'KB', values: [kilobytes(fed)] },
    { what: `weight ${of}, restored`, unit: 'KB', values: [kilobytes(() => new Hall(shared, restored()))] },
  ];
}

/** Heap that what `make` makes holds on to; needs --expose-gc. */
function kilobytes(make: () => unknown): number {
  make();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const kept = [make(), make(), make()];
  globalThis.gc?.();
  return (process.memoryUsage().heapUsed - before) / 1024 / kept.length;
}
