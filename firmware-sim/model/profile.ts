import type { FaultKind } from './fault-kinds.ts';

/** Local times of the hall, HH:MM. */
export interface Window {
  from: string;
  to: string;
}

/** How a day is to be: what the model leaves open. A scenario is a readable file that changes some of it. */
export interface Profile {
  demand: {
    /** Customers, as a multiple of an ordinary day's. */
    factor: number;
    /** The same for the customers of one service, by its id. */
    services: Record<string, number>;
    /** The same for part of the day. */
    peaks: (Window & { factor: number })[];
  };
  customers: {
    /** Mean patience in minutes; `endless`: nobody gives up. */
    patienceMin: number | 'endless';
    /** Share of payment customers who are shown the kiosks first. */
    selfServiceShare: number;
  };
  desks: {
    /** `exponential` with `gaps: false` makes desks the servers of a plain M/M/c queue. */
    serviceTimes: 'lognormal' | 'exponential';
    /** Whether customers take time to walk up and clerks to tidy up. */
    gaps: boolean;
    /** Lunch and change of shift. */
    plannedPauses: boolean;
    /** Absences that nobody planned, a desk and day. */
    absencesADay: number;
    /** Share of services that end with the customer being sent on to another one. */
    transferShare: number;
  };
  faults: {
    /** How often machines fail, as a multiple of the ordinary. */
    factor: number;
    /** The same for one kind of fault. */
    kinds: Partial<Record<FaultKind, number>>;
  };
  /** When the business system is down. */
  outages: Window[];
  /** When the broker dies: what it took in its last seconds is lost, and it stays away for a while. */
  brokerDeaths: { at: string; lostS: number; awayS: number }[];
  /** Least and most share of crossings that a door counter misses. */
  doors: { missedIn: [number, number]; missedOut: [number, number] };
  /** A device's clock is wrong by up to `offsetS`, and gains or loses up to `driftSPerDay` every day of a month. */
  clocks: { offsetS: number; driftSPerDay: number };
}

/** An ordinary day. */
export const ordinary: Profile = {
  demand: { factor: 1, services: {}, peaks: [] },
  customers: { patienceMin: 32, selfServiceShare: 0.7 },
  desks: { serviceTimes: 'lognormal', gaps: true, plannedPauses: true, absencesADay: 0.3, transferShare: 0.012 },
  faults: { factor: 1, kinds: {} },
  outages: [],
  brokerDeaths: [],
  doors: { missedIn: [0.02, 0.05], missedOut: [0.02, 0.05] },
  clocks: { offsetS: 0, driftSPerDay: 0 },
};
