import type { HallFile } from '../../server/contracts/registry.ts';
import type { Random } from '../random.ts';
import type { HallDay } from './hall-day.ts';
import { instantOf, isWithin, minuteOfDay } from './hall-day.ts';
import type { Profile } from './profile.ts';
import { terminalSpecs } from './terminal-kinds.ts';

const minuteMs = 60_000;

/** Mean minutes at a desk by service id; a service of another name takes as long as general. */
const serviceMin: Record<string, number> = { general: 6.5, payment: 2.8, vip: 7.5, 'device-sales': 12 };
const otherServiceMin = 6.5;
/** Between two customers a desk calls, and the next one walks up. */
const changeoverMs = 37_000;

/** The task and the service of those who pay a bill: the only ones that both desks and terminals do every day. */
const pay = 'pay';
const payment = 'payment';
/** Payments when bills are out, and Monday mornings, as multiples of the ordinary. */
const billFactor = 1.25;
const mondayMorning = 1.12;
/** However many are guided, so many more customers come at most. */
const mostGuided = 0.75;

/** Work offered at the top of the day as a share of what all desks can do: above 1 the queue grows for a while. */
const peakLoad: Record<HallFile['type'], number> = { flagship: 1.09, sales: 0.88, strategic: 0.92 };

/** Customers per hour and place of a hall in which nothing else is known to draw them. */
const perPlace = 0.25;
/** Visits to a zone that stays open when the hall is shut, as a share of the top: by day and evening, and by night. */
const shutShare = { day: 0.15, night: 0.03 };

/** What some customers come for. */
export interface Wish {
  /** What they could do at a terminal. */
  task: string | null;
  /** The service of the desks that helps them, or null: they go if no terminal does. */
  service: string | null;
  /** Share of them who are shown the terminals first. */
  guided: number;
  /** Customers per ms at the top of the day. */
  rate: number;
}

/** What a day asks of a hall. */
export interface Demand {
  /** The last one, with neither task nor service, is of those who look round. */
  wishes: Wish[];
  /** What part of the rates holds at the instant `at` while the hall is open. */
  share(at: number): number;
  /** The same for terminals in a zone that is open when the hall isn't. */
  shareShut(at: number): number;
  /** The highest that `share` can be. */
  peakShare: number;
}

export function demandOf(day: HallDay, random: Random, profile: Profile): Demand {
  const { file } = day.hall;
  const ofTheDay = dayFactor(day.date) * random.lognormal(1, 0.06) * profile.demand.factor;
  const morning = morningOf(day);
  const peaks = profile.demand.peaks.map(({ from, to, factor }) => ({
    span: { from: instantOf(day, from), to: instantOf(day, to) },
    factor,
  }));
  const peakAt = (at: number) => peaks.find(({ span }) => isWithin([span], at))?.factor ?? 1;
  const minuteAt = (at: number) => minuteOfDay(file.timeZone, at);
  return {
    wishes: wishesOf(day, profile),
    share: (at) => ofTheDay * shape(minuteAt(at)) * peakAt(at) * (isWithin([morning.span], at) ? morning.factor : 1),
    shareShut: (at) => ofTheDay * (isNight(minuteAt(at)) ? shutShare.night : shutShare.day),
    peakShare: ofTheDay * Math.max(1, ...peaks.map(({ factor }) => factor)) * Math.max(1, morning.factor),
  };
}

/**
 * Desks get the customers that they can serve, and kiosks those whom they keep from the desks; other terminals draw
 * customers of their own, who turn to a desk when the machine fails them.
 */
function wishesOf({ hall: { file }, date }: HallDay, { demand, customers }: Profile): Wish[] {
  const wishes: Wish[] = [];
  const tickets = ticketRates(file);
  const tasks = tasksOf(file);
  const paying = tickets.has(payment) && tasks.has(pay);
  for (const [service, rate] of tickets) {
    const factor = (demand.services[service] ?? 1) * (service === payment && isBillTime(date) ? billFactor : 1);
    const guided = service === payment && paying ? customers.selfServiceShare : 0;
    wishes.push({
      task: guided > 0 ? pay : null,
      service,
      guided,
      rate: (rate * factor) / (1 - Math.min(guided, mostGuided)),
    });
  }
  const fallback = tickets.has('general') ? 'general' : ([...tickets.keys()][0] ?? null);
  for (const [task, types] of tasks) {
    if (task === pay && paying) continue;
    const perHour = types.reduce((sum, type) => sum + terminalSpecs[type].perHour, 0);
    const service = task === 'try' ? null : fallback;
    wishes.push({ task, service, guided: 1, rate: perHour / (60 * minuteMs) });
  }
  const taken = [...tickets.values()].reduce((sum, rate) => sum + rate, 0);
  const alone = wishes.length === 0 ? (file.capacity * perPlace) / (60 * minuteMs) : 0;
  return [...wishes, { task: null, service: null, guided: 0, rate: taken * 0.3 + alone }];
}

export function meanServiceMs(service: string): number {
  return (serviceMin[service] ?? otherServiceMin) * minuteMs;
}

/** What terminals can do, with their types. */
function tasksOf(file: HallFile): Map<string, HallFile['terminals'][number]['type'][]> {
  const tasks = new Map<string, HallFile['terminals'][number]['type'][]>();
  for (const { does, type } of file.terminals) {
    for (const task of new Set(does)) tasks.set(task, [...(tasks.get(task) ?? []), type]);
  }
  return tasks;
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
  const { dayOfWeek } = Temporal.PlainDate.from(date);
  const weekday = dayOfWeek === 1 ? 1.06 : dayOfWeek >= 6 ? 0.9 : 1;
  return weekday * (isBillTime(date) ? 1.06 : 1);
}

function isBillTime(date: string): boolean {
  const { day, daysInMonth } = Temporal.PlainDate.from(date);
  return day <= 2 || day > daysInMonth - 2;
}

/** What was left lying over the weekend comes on Monday before eleven. */
function morningOf(day: HallDay): { span: { from: number; to: number }; factor: number } {
  const span = { from: day.from, to: instantOf(day, '11:00') };
  return { span, factor: Temporal.PlainDate.from(day.date).dayOfWeek === 1 ? mondayMorning : 1 };
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
