// How history is asked over HTTP. Times are epoch ms, durations carry their unit, null is what isn't known.
import type { Static } from 'typebox';
import Type from 'typebox';
import { Words } from './http.ts';
import { historyStates, idPattern, peakMeasures, weekdays } from './names.ts';
import { Nullable } from './schema.ts';

const Id = Type.String({ pattern: idPattern });
const strict = { additionalProperties: false };

const moment =
  'a local date of the hall (2026-11-23), a local time (2026-11-23T09:00), a time with its offset, or epoch ms';
const period = {
  from: Type.String({ maxLength: 40, description: `${moment}; included` }),
  to: Type.String({ maxLength: 40, description: `${moment}; excluded` }),
};
const step = Type.Optional(
  Type.String({ maxLength: 10, description: '1m, 5m, 15m, 30m, 1h, 1d, 7d … or seconds; 15m without it' }),
);

export const SeriesQuery = Type.Object(
  {
    ...period,
    step,
    fields: Type.Optional(
      Type.String({ maxLength: 500, description: 'names of the step’s fields, with commas; all without it' }),
    ),
    service: Type.Optional(Id),
    terminal: Type.Optional(Id),
  },
  strict,
);
export type SeriesQuery = Static<typeof SeriesQuery>;

const count = (description: string) => Type.Optional(Nullable(Type.Integer({ description })));
const number = (description: string) => Type.Optional(Nullable(Type.Number({ description })));

/** One step. Null where nothing was written, 0 where 0 was. Which fields there are hangs on what was asked for. */
export const SeriesStep = Type.Object({
  start: Type.Integer({ description: 'epoch ms; the step ends where the next begins' }),
  entered: count('people who came in'),
  left: count('people who went out'),
  issued: count('tickets issued'),
  called: count('waits that ended in a call'),
  served: count('tickets finished'),
  givenUp: count('cancelled, and no-shows'),
  withinLimit: count('called within the limit of then'),
  occupancyMean: number('mean number inside, over the time for which it was known'),
  occupancyMax: count('most inside at once'),
  waitMeanS: number('mean wait of those called'),
  waitMaxS: count('longest wait of those called'),
  waitP50S: number('median wait of those called, within 2 %'),
  waitP90S: number('wait that 9 of 10 of those called stayed under, within 2 %'),
  waitingMax: count('most waiting at once'),
  serviceS: count('sum of the service times of those served'),
  desksOpenS: count('sum of the times that desks were open'),
  desksBusyS: count('of it, busy with a ticket'),
  knownS: count('time for which occupancy was known'),
  inServiceS: count('a terminal in service, degraded included'),
  faultS: count('out of use with a fault'),
  unknownS: count('not heard while its zone was on'),
  serverDownS: count('of it, this server could not hear the terminal'),
  offS: count('its zone was off'),
  busyS: count('in use'),
  done: count('transactions done'),
  failed: count('transactions failed'),
});
export type SeriesStep = Static<typeof SeriesStep>;

/** `from` and `to` as asked; the steps are whole, so the first may begin before `from`, and the last ends at `end`. */
export const Series = Type.Object({
  hall: Type.String(),
  service: Nullable(Type.String()),
  terminal: Nullable(Type.String()),
  timeZone: Type.String(),
  from: Type.Integer(),
  to: Type.Integer(),
  end: Type.Integer(),
  stepS: Type.Integer({ description: 'a day counts 86,400 s here and has 23 h or 25 h when clocks change' }),
  source: Type.String({ description: 'the measurement it was read from' }),
  simulated: Type.Boolean({ description: 'any of it is' }),
  steps: Type.Array(SeriesStep),
});
export type Series = Static<typeof Series>;

export const VisitsQuery = Type.Object({ ...period, service: Type.Optional(Id) }, strict);
export type VisitsQuery = Static<typeof VisitsQuery>;

const text = () => Nullable(Type.String());
const time = () => Nullable(Type.Integer({ description: 'epoch ms' }));
const seconds = () => Nullable(Type.Integer({ description: 's' }));

/** A ticket's whole life. `at` is the time of its first event, by which visits are asked for and sorted. */
export const Visit = Type.Object({
  at: Type.Integer({ description: 'epoch ms' }),
  service: Type.String(),
  device: Type.String({ description: 'its queue machine' }),
  ticket: text(),
  outcome: Nullable(Type.String({ description: 'served, cancelled, no-show or expired' })),
  presumed: Nullable(Type.Boolean({ description: 'the end was presumed, not heard' })),
  issuedAt: time(),
  calledAt: time(),
  endedAt: time(),
  waitS: seconds(),
  earlyS: Nullable(
    Type.Integer({ description: 's that the customer had checked in before the wait began, for an appointment' }),
  ),
  serviceS: seconds(),
  limitS: seconds(),
  tier: text(),
  priority: Nullable(Type.Boolean()),
  item: text(),
  desk: text(),
  rating: Nullable(Type.Number({ description: 'score given' })),
  simulated: Nullable(Type.Boolean()),
});
export type Visit = Static<typeof Visit>;

/** Why visits may be missing from an answer. */
export const missingReasons = [
  'beyond-retention',
  'not-written',
  'given-up',
  'refused',
  'lost-messages',
  'too-late',
  'too-many',
] as const;

/** What an answer lacks, or may lack, of the visits of its period that are over. */
export const VisitsMissing = Type.Object({
  reason: Type.Enum([...missingReasons], {
    description:
      'beyond-retention: before `until` none are kept; not-written: the store is away, or days are being read again; given-up: cut at the ' +
      'cap while the store was away; refused: by the store; lost-messages: of queue machines, in the last 8 days; too-late: events of days ' +
      'that nothing holds any more; too-many: events beyond the numbers a day',
  }),
  count: Nullable(
    Type.Integer({ description: 'visits, points, messages or events, at least so many; null: not known' }),
  ),
  until: Nullable(Type.Integer({ description: 'epoch ms' })),
});
export type VisitsMissing = Static<typeof VisitsMissing>;

/** Of an answer with visits: what it lacks, as a JSON array of `VisitsMissing`, empty when all that are over are there. */
export const missingHeader = 'hallwatch-missing';

export const RegionParams = Type.Object({ region: Id });

const localDate = (description: string) => Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description });

export const PeaksQuery = Type.Object(
  {
    from: localDate('first local date, YYYY-MM-DD'),
    to: localDate('the local date after the last'),
    hall: Type.Optional(Id),
    measure: Type.Optional(Type.Enum([...peakMeasures], { default: 'entered' })),
  },
  strict,
);
export type PeaksQuery = Static<typeof PeaksQuery>;

/**
 * A half hour of a weekday over the days of it that are known: median, and what 1 and 9 of 10 of them stay under. None of them is
 * known and `openDays` is 0: closed. None is known and it isn't: unknown.
 */
export const HeatCell = Type.Object({
  days: Type.Integer(),
  openDays: Type.Integer({ description: 'dates before today on which a hall was open then' }),
  median: Nullable(Type.Number()),
  p10: Nullable(Type.Number()),
  p90: Nullable(Type.Number()),
});
export type HeatCell = Static<typeof HeatCell>;

const clockSpan = {
  weekday: Type.Enum([...weekdays]),
  from: Type.String({ description: 'local HH:MM' }),
  to: Type.String({ description: 'local HH:MM' }),
};
const farthest = Type.Number({ description: 'of its half hour farthest from the usual' });

/** Half hours of a weekday, in a row, that are far above the usual of all half hours, week for week. */
export const RegularPeak = Type.Object({ ...clockSpan, value: farthest, usual: Type.Number() });
export type RegularPeak = Static<typeof RegularPeak>;

/** Half hours of one date, in a row, that are far above the usual of their weekday. */
export const UnusualPeak = Type.Object({ date: Type.String(), ...clockSpan, value: farthest, usual: Type.Number() });
export type UnusualPeak = Static<typeof UnusualPeak>;

const sums = {
  entered: Nullable(Type.Integer()),
  called: Nullable(Type.Integer()),
  withinLimitShare: Nullable(Type.Number({ description: 'called within the limit, of those called' })),
  waitMeanS: Nullable(Type.Number()),
  waitP90S: Nullable(Type.Number({ description: 'within 2 %' })),
  quoteOffS: Nullable(Type.Number({ description: 'how far off foretold waits were on average (the median foretold)' })),
  quoteCoverage: Nullable(Type.Number({ description: 'share of waits that ended within the range of 80 % foretold' })),
};

export const HallRow = Type.Object({
  hall: Type.String(),
  name: Words,
  days: Type.Integer({ description: 'days of which anything is known' }),
  openDays: Type.Integer({ description: 'dates before today on which the hall was to open' }),
  missingDays: Type.Integer({ description: 'of those, the ones of which nothing is known' }),
  targetShare: Nullable(
    Type.Number({
      description:
        'share of calls to be within the limit now; where services differ, the lowest: below it, one was missed',
    }),
  ),
  typicalDay: Type.Array(Nullable(Type.Number()), {
    description: 'people who entered by half hour, 00:00 first: the mean of the days that know it',
  }),
  ...sums,
});
export type HallRow = Static<typeof HallRow>;

/** A period by weekday and half hour of the wall clock: `heat[weekday][half hour]`, Monday and 00:00 first. */
export const Peaks = Type.Object({
  region: Type.String(),
  regionName: Words,
  hall: Nullable(Type.String()),
  from: Type.String(),
  to: Type.String(),
  measure: Type.Enum([...peakMeasures]),
  simulated: Type.Boolean({ description: 'any of it is' }),
  heat: Type.Array(Type.Array(HeatCell)),
  usual: Nullable(Type.Number({ description: 'median over the half hours in which anything usually happens' })),
  regular: Type.Array(RegularPeak),
  unusual: Type.Array(UnusualPeak),
  halls: Type.Array(HallRow),
  total: Type.Object({ days: Type.Integer(), ...sums }),
  waitP90Reason: Nullable(
    Type.Enum(['too-many-days'], { description: 'why no row has its waitP90S: ask for fewer days, or for one hall' }),
  ),
});
export type Peaks = Static<typeof Peaks>;

const LocalDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'local date of the hall, YYYY-MM-DD' });

/** Days of a hall that are to be rolled up again from the journal, both ends included. */
export const RollupBody = Type.Object({ hall: Id, from: LocalDate, to: LocalDate }, strict);
export type RollupBody = Static<typeof RollupBody>;

/** How history is. Times are epoch ms. */
export const HistoryStatus = Type.Object({
  state: Type.Enum([...historyStates]),
  waiting: Type.Integer({ description: 'points in the data folder that the store has yet to take' }),
  oldestAt: Nullable(Type.Integer({ description: 'since when the longest of them waits' })),
  lastError: Nullable(Type.String({ description: 'why the last ones didn’t go through; null once some did' })),
  dead: Type.Integer({ description: 'points that the store refused for good' }),
  tooOld: Type.Integer({ description: 'points of times before what history keeps, left out since the start' }),
  givenUp: Type.Integer({ description: 'points that were given up at the cap' }),
  due: Type.Object({
    slots: Type.Integer({ description: 'quarters of an hour to be rolled up again' }),
    days: Type.Integer({ description: 'days of halls to be rolled up again from the journal' }),
    profiles: Type.Integer(),
    regions: Type.Integer(),
  }),
  rolling: Nullable(
    Type.Object(
      { done: Type.Integer(), total: Type.Integer() },
      { description: 'messages read for the day under way' },
    ),
  ),
});
export type HistoryStatus = Static<typeof HistoryStatus>;
