// Staff of a hall are inside too: capacity counts everybody, and after closing the count must come back to them, not to nobody.
import type { HallFile } from '../../contracts/registry.ts';
import type { RunningMean } from '../waits/running-mean.ts';

type Staff = HallFile['staff'];

const minuteMs = 60_000;
const fadesWithinMin = 15;
/** They come to be there when the hall opens. */
export const comeBeforeMs = 60 * minuteMs;

/** Of the people inside at a moment this share is staff, `most` at most. */
export interface StaffNow {
  share: number;
  most: number;
}

/** Until half of them have left, min after the last closing: they count the cash and tidy up. */
export function firstStay(): RunningMean {
  return { mean: 45, n: 0 };
}

/** Staff among people inside while the hall is open, when so many people came in so far. */
export function staffWhileOpen(staff: NonNullable<Staff>, came: number): StaffNow {
  return 'inside' in staff ? { share: 1, most: Math.min(staff.inside, came) } : { share: staff.share, most: came };
}

export function staffAmong({ share, most }: StaffNow, people: number): number {
  return Math.min(most, share * people);
}

/** So many people are inside at least while the hall is open, given that so many customers are. */
export function withStaff(staff: Staff, customers: number): number {
  if (!staff) return customers;
  return 'inside' in staff ? customers + staff.inside : customers / (1 - staff.share);
}

/** How many are at work on a day on which `usually` so many people were inside. */
export function staffAtWork(staff: Staff, usually: number): number {
  if (!staff) return 0;
  return 'inside' in staff ? staff.inside : staff.share * usually;
}

/** Of so many staff these are expected still `agoMs` after the last closing. */
export function staffStaying(staff: number, { mean: stayMin }: RunningMean, agoMs: number): number {
  return staff * Math.exp(-Math.max(0, agoMs / minuteMs - stayMin) / fadesWithinMin);
}

/** Of so many staff these are still there where doors tell of `people`: when more than half have gone, the others follow. */
export function stillThere(staff: number, people: number): number {
  const there = Math.max(0, Math.min(staff, people));
  return staff > 0 ? there * Math.min(1, (2 * there) / staff) : 0;
}
