// HallLive: everything a screen shows of one hall, whole each time. Times are epoch ms of the server, durations
// carry their unit in the name, and what isn't known is null. Fields of later capabilities are null until then.

import type { Static } from 'typebox';
import Type from 'typebox';
import { Alert } from './alerts.ts';
import { Words } from './http.ts';
import {
  adviceKinds,
  deskStates,
  deviceKinds,
  historyStates,
  marks,
  qualities,
  reasons,
  severities,
  terminalStates,
} from './names.ts';
import { Nullable } from './schema.ts';

const Count = Nullable(Type.Integer({ minimum: 0 }));
const Time = Nullable(Type.Integer());
/** Part of the day's numbered messages that is here, 1 when all are; null when nothing was sent. */
const Share = Nullable(Type.Number({ minimum: 0, maximum: 1 }));
const Why = Nullable(Type.Enum([...reasons]));
/** A count, or null until the sensors that would know have been heard. */
const dayCounts = {
  waiting: Count,
  issuedToday: Count,
  calledToday: Count,
  servedToday: Count,
  abandonedToday: Count,
  maxWaitingToday: Count,
};

/** The wait of a customer who takes a ticket now and isn't called at once, s: the median, the mean, the range in which four of five end. */
export const Quote = Type.Object({
  s: Type.Number(),
  meanS: Type.Number(),
  lowS: Type.Number(),
  highS: Type.Number(),
});

/**
 * `staff`: how many of those inside are the hall's own people; null where its file doesn't say. `withoutTicket`: of the others, those who
 * neither wait with a ticket nor are served, as a range of 80 %; where no staff are told, staff are in it. Null while the people
 * inside or the queue aren't known (their reasons say why), and until a day was learned from.
 */
export const OccupancyLive = Type.Object({
  value: Count,
  capacity: Type.Integer(),
  enteredToday: Count,
  leftToday: Count,
  usual: Nullable(Type.Object({ low: Type.Number(), median: Type.Number(), high: Type.Number() })),
  staff: Count,
  withoutTicket: Nullable(Type.Object({ low: Type.Integer({ minimum: 0 }), high: Type.Integer({ minimum: 0 }) })),
  asOf: Time,
  quality: Type.Enum([...qualities]),
  reason: Why,
});
export type OccupancyLive = Static<typeof OccupancyLive>;

/** What would be in 10 minutes: the wait of a customer who joins then (median, s), and the longest one that goes on then, s. */
const Prospect = Type.Object({ quoteS: Nullable(Type.Number()), longestS: Type.Number() });

/**
 * One step that can be taken now, or what becomes of a service if none is (`limit`: the moment `at` at which a wait passes `limitS`).
 * `without` and `with`: the service as it would be without the step and with it; `mostS`: its longest wait over the next half
 * hour with the step (of `limit`: with the best one, at `desk`). `text` says it all.
 */
export const Advice = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...adviceKinds]),
  service: Type.String(),
  desk: Nullable(Type.String()),
  terminals: Type.Array(Type.String()),
  ticket: Nullable(Type.String()),
  at: Time,
  limitS: Nullable(Type.Number()),
  without: Prospect,
  with: Nullable(Prospect),
  mostS: Nullable(Type.Number()),
  text: Words,
});
export type Advice = Static<typeof Advice>;

/** Hall totals are the sums over its services; `asOf`, `quality` and `reason` speak of the queue machines. */
export const QueueLive = Type.Object({ ...dayCounts, asOf: Time, quality: Type.Enum([...qualities]), reason: Why });
export type QueueLive = Static<typeof QueueLive>;

/** How right the quotes of a day were, of the `n` waits that ended: off by `offS` on average, `coverage` of them within the range. */
export const QuoteCheck = Type.Object({
  date: Type.String(),
  n: Type.Integer(),
  offS: Type.Number(),
  coverage: Type.Number(),
});

/** What customers of a tier are told, of those tiers that came for the service. */
const TierQuote = Type.Object({ tier: Type.String(), quote: Quote });

/**
 * `longestSince`: when the longest wait began (since the last transfer), of those not probably gone. `probablyGone`: of those waiting,
 * how many were passed over by several who joined later. `withinLimitToday` is a count of calls.
 */
export const ServiceLive = Type.Object({
  id: Type.String(),
  ...dayCounts,
  longestSince: Time,
  probablyGone: Count,
  limitS: Nullable(Type.Number()),
  quote: Nullable(Quote),
  tierQuotes: Type.Array(TierQuote),
  quoteCheck: Nullable(QuoteCheck),
  desksServing: Count,
  withinLimitToday: Count,
  targetShare: Nullable(Type.Number()),
});
export type ServiceLive = Static<typeof ServiceLive>;

/** `probablyGone`: the customer was called again and hasn't come. */
export const DeskLive = Type.Object({
  id: Type.String(),
  state: Type.Enum([...deskStates]),
  ticket: Nullable(Type.String()),
  service: Nullable(Type.String()),
  since: Time,
  until: Time,
  reason: Nullable(Type.String()),
  probablyGone: Type.Boolean(),
});
export type DeskLive = Static<typeof DeskLive>;

/**
 * `since`: when state and severity became what they are. `troubles`: the parts that aren't ok, worst first, each with what
 * people say of it. `doneToday` and `failedToday` count transactions. `availabilityToday` leaves out time in which
 * the server itself could not hear the terminal; `unknownTodayS` says how much that was. `busy` is null while the
 * terminal isn't known to live. A view with `truncated` may lack the optional fields.
 */
export const TerminalLive = Type.Object({
  id: Type.String(),
  type: Type.String(),
  zone: Type.Optional(Type.String()),
  state: Nullable(Type.Enum([...terminalStates])),
  severity: Type.Enum([...severities]),
  parts: Type.Optional(Nullable(Type.Record(Type.String(), Type.String()))),
  troubles: Type.Array(
    Type.Object({ part: Type.String(), status: Type.String(), severity: Type.Enum([...severities]), text: Words }),
  ),
  stock: Type.Optional(Nullable(Type.Record(Type.String(), Type.Number()))),
  busy: Nullable(Type.Boolean()),
  busySince: Type.Optional(Time),
  since: Time,
  asOf: Type.Optional(Time),
  doneToday: Type.Optional(Count),
  failedToday: Type.Optional(Count),
  availabilityToday: Type.Optional(Nullable(Type.Number())),
  unknownTodayS: Type.Optional(Count),
});
export type TerminalLive = Static<typeof TerminalLive>;

/**
 * `online` null: not known to live or to be dead. `reason` says why it isn't true. `clockOffsetMs`: what is added to its times, where
 * its clock is known to be off by that; left out for none.
 */
export const DeviceLive = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...deviceKinds]),
  online: Nullable(Type.Boolean()),
  asOf: Time,
  marks: Type.Array(Type.Enum([...marks])),
  reason: Why,
  clockOffsetMs: Type.Optional(Type.Integer()),
});
export type DeviceLive = Static<typeof DeviceLive>;

const LeftOut = Type.Integer({ minimum: 0 });
/** Devices of a kind: all, those online, and those that ought to be online and aren't. */
const DeviceTotals = Type.Object({ all: LeftOut, online: LeftOut, missing: LeftOut });

/**
 * What whole lists come to, where a view holds only parts of them. `wanted`: terminals whose zone is open, `well` of them are of use to
 * customers; `availability`: their mean share of today. `desks`: how many are in each state.
 */
export const LiveTotals = Type.Object({
  devices: Type.Object({ door: DeviceTotals, queue: DeviceTotals, terminal: DeviceTotals }),
  terminals: Type.Object({ wanted: LeftOut, well: LeftOut, availability: Nullable(Type.Number()) }),
  desks: Type.Object(
    Object.fromEntries(deskStates.map((state) => [state, LeftOut])) as Record<
      (typeof deskStates)[number],
      typeof LeftOut
    >,
  ),
  services: Type.Object({
    calledToday: Count,
    withinLimitToday: Count,
    targetShare: Nullable(Type.Number()),
    quoteCheck: Nullable(QuoteCheck),
  }),
});
export type LiveTotals = Static<typeof LiveTotals>;

/**
 * What a view leaves out to stay within 32 KB (P3): entries of each list, those of least concern first; of terminals, names in `parts` and
 * `stock`, and `troubles`; and `quoteCheck` and `tierQuotes` of services. `totals` are of everything.
 */
export const Truncated = Type.Object({
  services: LeftOut,
  desks: LeftOut,
  terminals: LeftOut,
  devices: LeftOut,
  alerts: LeftOut,
  advice: LeftOut,
  parts: LeftOut,
  troubles: LeftOut,
  totals: LiveTotals,
});
export type Truncated = Static<typeof Truncated>;

/**
 * `alerts`: those that aren't resolved, the worst first, then the oldest; without those that another explains, and 12 at most.
 * `alertsOpen` counts all that aren't resolved, `alertsExplained` those of them that another explains. All null while no rules are run.
 * `truncated`: null for a whole view, as GET /api/halls/:hall answers it.
 */
export const HallLive = Type.Object({
  hall: Type.String(),
  rev: Type.Integer(),
  at: Type.Integer(),
  dayDate: Type.String(),
  open: Type.Boolean(),
  opensAt: Time,
  closesAt: Time,
  simulated: Type.Boolean(),
  completeness: Share,
  history: Nullable(Type.Enum([...historyStates])),
  dutyManager: Nullable(Type.String()),
  occupancy: OccupancyLive,
  queue: QueueLive,
  services: Type.Array(ServiceLive),
  desks: Type.Array(DeskLive),
  terminals: Type.Array(TerminalLive),
  devices: Type.Array(DeviceLive),
  alerts: Nullable(Type.Array(Alert)),
  alertsOpen: Count,
  alertsExplained: Count,
  /** Worst service first; empty when nothing needs to be done, null while waits aren't foretold or the queue isn't heard. */
  advice: Nullable(Type.Array(Advice)),
  truncated: Nullable(Truncated),
});
export type HallLive = Static<typeof HallLive>;
