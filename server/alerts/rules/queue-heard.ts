import { isUnsureNow } from '../../hall/clocks.ts';
import type { HallContext } from '../rule.ts';

/** Hours after closing in which the last tickets are served; what stands open after that was forgotten, not served. */
const lastServedWithinMs = 2 * 3_600_000;

/** What queue machines said is of now: one is heard, nothing that it sent is still on its way, and its clock can be believed. */
export function isQueueHeard({ config, device, isAwaited, books, now }: HallContext): boolean {
  const today = { days: config.days, from: config.days.of(now).start };
  if (config.file.queueMachines.some(({ id }) => isUnsureNow(books.state, id, today))) return false;
  const machines = config.file.queueMachines.map(({ id }) => device(id).live);
  if (machines.some(({ online, id }) => online === false || isAwaited(id))) return false;
  return machines.some(({ reason }) => reason !== 'not-heard');
}

/** The hall is open, or closed so lately that its last tickets may still be served. */
export function isServing({ config, now }: HallContext): boolean {
  const { hours } = config;
  if (hours.state(now).open) return true;
  return hours
    .on(config.days.of(now - lastServedWithinMs).date)
    .some(({ to }) => to <= now && to > now - lastServedWithinMs);
}
