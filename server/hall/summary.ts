import type { HallLive } from '../contracts/hall-live.ts';
import type { Summary } from '../contracts/live.ts';

/** The row of this hall in its region's overview. */
export function summaryOf(live: HallLive, region: string): Summary {
  const longest = live.services.map((service) => service.longestSince).filter((since) => since !== null);
  return {
    hall: live.hall,
    region,
    rev: live.rev,
    at: live.at,
    open: live.open,
    simulated: live.simulated,
    occupancy: live.occupancy.value,
    quality: live.occupancy.quality,
    capacity: live.occupancy.capacity,
    enteredToday: live.occupancy.enteredToday,
    waiting: live.queue.waiting,
    longestSince: longest.length > 0 ? Math.min(...longest) : null,
    devicesDown: live.devices.filter((device) => device.online === false).length,
  };
}
