import type { HallContext } from '../rule.ts';

/** Hours after closing in which the last tickets are served; what stands open after that was forgotten, not served. */
const lastServedWithinMs = 2 * 3_600_000;

/** What queue machines said is of now: one is heard, and nothing that it sent is still on its way. */
export function isQueueHeard({ live, config, isAwaited }: HallContext): boolean {
  const { reason } = live().queue;
  return (reason === null || reason === 'counting-since') && !config.file.queueMachines.some(({ id }) => isAwaited(id));
}

/** The hall is open, or closed so lately that its last tickets may still be served. */
export function isServing({ config, now }: HallContext): boolean {
  const { hours } = config;
  if (hours.state(now).open) return true;
  return hours
    .on(config.days.of(now - lastServedWithinMs).date)
    .some(({ to }) => to <= now && to > now - lastServedWithinMs);
}
