import type { DeviceLive, OccupancyLive } from '../../../server/contracts/hall-live.ts';
import type { WallKey } from '../messages/wall.ts';
import type { Freshness } from './freshness.ts';
import { freshnessOf } from './freshness.ts';

/** `level`: people against the most allowed. `note`: what is to be known about the number, if anything is. */
export interface OccupancyView {
  value: number | null;
  percent: number | null;
  level: 'below' | 'full' | 'over' | null;
  old: boolean;
  asOf: number | null;
  note: WallKey | null;
}

export function occupancyView(occupancy: OccupancyLive, devices: DeviceLive[]): OccupancyView {
  const { value, capacity } = occupancy;
  const { old, asOf, reason } = freshnessOf(occupancy, devices, 'door');
  return {
    value,
    // Rounded down: 100 % means full, never nearly.
    percent: value === null ? null : Math.floor((value * 100) / capacity),
    level: value === null ? null : levelOf(value, capacity),
    old: old || (occupancy.quality === 'unknown' && value !== null),
    asOf: occupancy.quality === 'unknown' ? occupancy.asOf : asOf,
    note: noteOf(occupancy, reason),
  };
}

/** What is said of those inside without a ticket; null where it isn't known. Staff are in it unless the hall says how many there are. */
export function withoutTicketSaid({ withoutTicket, staff }: OccupancyLive): { key: WallKey; range: string } | null {
  if (!withoutTicket) return null;
  const { low, high } = withoutTicket;
  return {
    key: staff === null ? 'occupancy.withoutTicket.staff' : 'occupancy.withoutTicket',
    range: low === high ? String(low) : `${low}–${high}`,
  };
}

function levelOf(value: number, capacity: number): 'below' | 'full' | 'over' {
  if (value > capacity) return 'over';
  return value === capacity ? 'full' : 'below';
}

function noteOf({ value, quality }: OccupancyLive, reason: Freshness['reason']): WallKey | null {
  if (reason) return `occupancy.reason.${reason}`;
  if (quality === 'rough' || quality === 'doubtful' || quality === 'drifting') return 'occupancy.drifting';
  return value === null || quality === 'unknown' ? 'occupancy.unknown' : null;
}
