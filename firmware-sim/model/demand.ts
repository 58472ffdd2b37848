import type { HallFile } from '../../server/contracts/registry.ts';
import type { Random } from '../random.ts';
import type { HallDay } from './hall-day.ts';
import { minuteOfDay } from './hall-day.ts';

const minuteMs = 60_000;

/** Mean minutes at a desk by service id; a service of another name takes as long as general. */
const serviceMin: Record<string, number> = { general: 6.5, payment: 2.8, vip: 7.5, 'device-sales': 12 };
const otherServiceMin = 6.5;
/** Between two customers a desk calls, and the next one walks up. */
const changeoverMs = 37_000;

/** Work offered at the top of the day as a share of what all desks can do: above 1 the queue grows for a while. */
const peakLoad: Record<HallFile['type'], number> = { flagship: 1.09, sales: 0.88, strategic: 0.92 };

/** Customers per hour at the top of the day that a self-service terminal draws. */
const perTerminal = 4;
/** Customers per hour and place of a hall in which nothing else is known to draw them. */
const perPlace = 0.25;
/** Visits to a zone that stays open when the hall is shut, as a share of the top: by day and evening, and by night. */
const shutShare = { day: 0.15, night: 0.03 };

/** What a day asks of a hall. Rates are customers per ms at the top of the day. */
export interface Demand {
  /** Customers who take a ticket, by service. */
  tickets: Map<string, number>;
  /** Customers who look round or use a terminal. */
  visitors: number;
  /** What part of those rates holds at the instant `at` while the hall is open. */
  share(at: number): number;
  /** The same for visitors of a zone that is open when the hall isn't. */
  shareShut(at: number): number;
  /** The highest that `share` can be. */
  peakShare: number;
}

export function demandOf(day: HallDay, random: Random): Demand {
  const { file } = day.hall;
  const ofTheDay = dayFactor(day.date) * random.lognormal(1, 0.06);
  const tickets = ticketRates(file);
  const taken = [...tickets.values()].reduce((sum, rate) => sum + rate, 0);
  const drawn = (file.terminals.length * perTerminal) / (60 * minuteMs);
  const alone = tickets.size === 0 && file.terminals.length === 0 ? (file.capacity * perPlace) / (60 * minuteMs) : 0;
  const minuteAt = (at: number) => minuteOfDay(file.timeZone, at);
  return {
    tickets,
    visitors: drawn + taken * 0.3 + alone,
    share: (at) => ofTheDay * shape(minuteAt(at)),
    shareShut: (at) => ofTheDay * (isNight(minuteAt(at)) ? shutShare.night : shutShare.day),
    peakShare: ofTheDay,
  };
}

export function meanServiceMs(service: string): number {
  return (serviceMin[service] ?? otherServiceMin) * minuteMs;
}

/**
 * A desk gives most of its time to the service it calls first and the rest to the others; each service gets the
 * customers that keep its desks as busy as `peakLoad` says, so that no mix of config asks the impossible.
 */
function ticketRates(file: HallFile): Map<string, number> {
  const desks = new Map<string, number>();
  if (file.queueMachines.length === 0) return desks;
  for (const { serves } of file.desks) {
    const services = [...new Set(serves)];
    for (const [i, service] of services.entries()) {
      const share = services.length === 1 ? 1 : i === 0 ? 0.55 : 0.45 / (services.length - 1);
      desks.set(service, (desks.get(service) ?? 0) + share);
    }
  }
  return new Map(
    [...desks].map(([service, share]) => [
      service,
      (share * peakLoad[file.type]) / (meanServiceMs(service) + changeoverMs),
    ]),
  );
}

/** Mondays, and the days around the end of a month when bills come, are busier; weekends quieter. */
function dayFactor(date: string): number {
  const { dayOfWeek, day, daysInMonth } = Temporal.PlainDate.from(date);
  const weekday = dayOfWeek === 1 ? 1.06 : dayOfWeek >= 6 ? 0.9 : 1;
  return weekday * (day <= 2 || day > daysInMonth - 2 ? 1.06 : 1);
}

/** The day's course by local minute: mid-morning and mid-afternoon peaks, a lunch hour, little at night. */
function shape(minute: number): number {
  const bump = (height: number, hour: number, width: number) =>
    height * Math.exp(-(((minute / 60 - hour) / width) ** 2));
  const base = isNight(minute) ? 0.05 : 0.3;
  return Math.min(1, base + bump(0.7, 10.4, 1.1) + bump(0.2, 12.6, 0.7) + bump(0.65, 15.4, 1.4) + bump(0.2, 18.2, 1));
}

function isNight(minute: number): boolean {
  return minute < 6.5 * 60 || minute > 22 * 60;
}
