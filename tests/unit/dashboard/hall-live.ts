// A small living hall for the dashboard's tests: it is 10:00 (`at10`), every sensor well.
import type {
  DeviceLive,
  HallLive,
  OccupancyLive,
  ServiceLive,
  TerminalLive,
} from '../../../server/contracts/hall-live.ts';
import type { DeviceKind } from '../../../server/contracts/names.ts';

export const at10 = Date.parse('2026-11-22T10:00:00+08:00');

export function device(id: string, kind: DeviceKind, more: Partial<DeviceLive> = {}): DeviceLive {
  return { id, kind, online: true, asOf: at10 - 4_000, marks: [], reason: null, ...more };
}

export function occupancy(more: Partial<OccupancyLive> = {}): OccupancyLive {
  return {
    value: 43,
    capacity: 60,
    enteredToday: 286,
    leftToday: 243,
    usual: null,
    staff: null,
    withoutTicket: null,
    asOf: at10 - 3_000,
    quality: 'good',
    reason: null,
    ...more,
  };
}

export function service(id: string, more: Partial<ServiceLive> = {}): ServiceLive {
  return {
    id,
    waiting: 0,
    issuedToday: 0,
    calledToday: 0,
    servedToday: 0,
    abandonedToday: 0,
    maxWaitingToday: 0,
    longestSince: null,
    probablyGone: 0,
    limitS: 900,
    quote: null,
    tierQuotes: [],
    quoteCheck: null,
    desksServing: 1,
    withinLimitToday: 0,
    targetShare: 0.95,
    ...more,
  };
}

export function terminal(more: Partial<TerminalLive> = {}): TerminalLive {
  return {
    id: 't',
    type: 'payment-kiosk',
    zone: 'self-service',
    state: 'in-service',
    severity: 'ok',
    parts: null,
    troubles: [],
    stock: null,
    busy: null,
    busySince: null,
    since: null,
    asOf: at10,
    doneToday: null,
    failedToday: null,
    availabilityToday: null,
    unknownTodayS: null,
    ...more,
  };
}

export function hallLive(more: Partial<HallLive> = {}): HallLive {
  return {
    hall: 'jiefang',
    rev: 5,
    at: at10,
    dayDate: '2026-11-22',
    open: true,
    opensAt: at10 - 5_400_000,
    closesAt: at10 + 28_800_000,
    simulated: false,
    completeness: null,
    history: null,
    dutyManager: null,
    occupancy: occupancy(),
    queue: {
      waiting: 0,
      issuedToday: 0,
      calledToday: 0,
      servedToday: 0,
      abandonedToday: 0,
      maxWaitingToday: 0,
      asOf: at10 - 5_000,
      quality: 'good',
      reason: null,
    },
    services: [service('general')],
    desks: [],
    terminals: [],
    devices: [device('door', 'door'), device('queue', 'queue')],
    alerts: null,
    alertsOpen: null,
    alertsExplained: null,
    advice: null,
    truncated: null,
    ...more,
  };
}
