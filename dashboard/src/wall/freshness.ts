// Whether a panel's numbers are kept up to date by their sensors, and what to say when they aren't (L3).
import type { DeviceLive } from '../../../server/contracts/hall-live.ts';
import type { DeviceKind, Reason } from '../../../server/contracts/names.ts';

/** `old`: numbers that were true at `asOf` (epoch ms) and may not be now. `reason`: why they are old, odd or missing. */
export interface Freshness {
  old: boolean;
  asOf: number | null;
  reason: Reason | null;
}

interface Told {
  asOf: number | null;
  reason: Reason | null;
}

/**
 * Judges numbers that rest on all devices of a kind. One device that isn't online is enough to make them old, switched
 * off for the night too; the panel's own reason goes before the device's.
 */
export function freshnessOf(told: Told, devices: DeviceLive[], kind: DeviceKind): Freshness {
  const quiet = devices.find((device) => device.kind === kind && device.online !== true);
  const reason = told.reason ?? quiet?.reason ?? null;
  const old = quiet !== undefined || reason === 'silent' || reason === 'offline';
  return { old, asOf: old ? told.asOf : null, reason };
}
