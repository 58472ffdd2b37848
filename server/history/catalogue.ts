// Every measurement of history, once: InfluxDB's schema, SQLite's tables and docs/history.md are made of this.

export type FieldType = 'integer' | 'float' | 'string' | 'boolean';
/** How long it is kept: a retention policy of that name in InfluxDB. */
export const retentions = ['raw', 'minute', 'slot'] as const;
export type Retention = (typeof retentions)[number];

export interface Field {
  type: FieldType;
  /** Empty for what has none. */
  unit: string;
  about: string;
}

export interface Measurement {
  retention: Retention;
  about: string;
  /** What the timestamp means. */
  at: string;
  tags: readonly string[];
  fields: Readonly<Record<string, Field>>;
}

const integer = (unit: string, about: string): Field => ({ type: 'integer', unit, about });
const number = (unit: string, about: string): Field => ({ type: 'float', unit, about });
const text = (about: string, unit = ''): Field => ({ type: 'string', unit, about });
const yes = (about: string): Field => ({ type: 'boolean', unit: '', about });

const eventAt = 'effective time of the event, with seq % 1000 as microseconds (H1)';
const startAt = 'beginning of the span';
const simulated = { simulated: yes('from simulated devices') };
const boot = { boot: integer('', 'boot of the device; below 0, one that it did not count') };

const doors = {
  entered: integer('people', 'came in'),
  left: integer('people', 'went out'),
  occupancyS: integer('person s', 'sum of the people inside over time; by knownS it gives the mean'),
  occupancyMax: integer('people', 'most inside at once'),
  knownS: integer('s', 'time for which occupancy was known'),
};
const waits = {
  issued: integer('tickets', 'tickets issued'),
  called: integer('calls', 'calls of tickets whose call ended a wait, or is the first heard of them'),
  served: integer('tickets', 'tickets finished'),
  givenUp: integer('tickets', 'cancelled, and no-shows'),
  waited: integer('waits', 'of the calls, those that ended a wait of known length'),
  waitS: integer('s', 'sum of the waits of those called; by waited it gives the mean'),
  waitMaxS: integer('s', 'longest wait of those called'),
  withinLimit: integer('tickets', 'called within the limit of then'),
  waitHistogram: text('histogram of the waits of those called, mergeable', 'histogram'),
  waitingMax: integer('tickets', 'most waiting at once'),
};
const desks = {
  serviceS: integer('s', 'sum of the service times of those served'),
  desksOpenS: integer('desk s', 'sum of the times that desks were open'),
  desksBusyS: integer('desk s', 'of it, busy with a ticket'),
};
const hallSpan = { ...doors, ...waits, ...desks, ...simulated };

export const catalogue = {
  door: {
    retention: 'raw',
    about: 'each message of a door counter: totals, never increments',
    at: eventAt,
    tags: ['hall', 'device'],
    fields: {
      in: integer('people', 'in since boot'),
      out: integer('people', 'out since boot'),
      ...boot,
      ...simulated,
    },
  },
  visit: {
    retention: 'raw',
    about:
      'each finished ticket, written again when something about it changes; a number of -1 and an empty text were told before and are unknown now',
    at: 'effective time of its first event, with seq % 1000 as microseconds',
    tags: ['hall', 'service', 'device'],
    fields: {
      ticket: text('number on the ticket'),
      outcome: text('served, cancelled, no-show, expired, or void: takes back a point written under another time'),
      presumed: yes('the end was presumed, not heard'),
      issuedAt: integer('epoch ms', 'issued'),
      calledAt: integer('epoch ms', 'called'),
      endedAt: integer('epoch ms', 'finished, or given up'),
      waitS: integer('s', 'all of the wait; absent where the machines’ clocks or a lost issue leave it unknown'),
      earlyS: integer('s', 'checked in so long before the wait began, for an appointment'),
      serviceS: integer('s', 'service'),
      limitS: integer('s', 'limit of the wait then'),
      tier: text('customer tier'),
      priority: yes('went first'),
      item: text('business item'),
      desk: text('desk that served last'),
      score: number('', 'score given'),
      rating: integer('', 'score as a whole number: of before there was `score`, and for who reads that'),
      ...simulated,
    },
  },
  terminal: {
    retention: 'raw',
    about: 'what a terminal said of itself, on change and hourly',
    at: eventAt,
    tags: ['hall', 'device'],
    fields: {
      state: text('in-service, degraded, out-of-service, supervisor, or silent'),
      severity: text('ok, warning, fault or unknown'),
      parts: text('statuses by part', 'JSON'),
      stock: text('levels by name, 0 to 100', 'JSON'),
      busy: yes('in use'),
      done: integer('transactions', 'done since boot'),
      failed: integer('transactions', 'failed since boot'),
      ...boot,
      ...simulated,
    },
  },
  desk: {
    retention: 'raw',
    about: 'state of a desk, on change and hourly',
    at: eventAt,
    tags: ['hall', 'desk'],
    fields: {
      state: text('open, serving, paused, closed or unknown'),
      service: text('service it turned to'),
      ticket: text('ticket it turned to'),
      reason: text('reason of a pause'),
      untilAt: integer('epoch ms', 'planned end of a pause'),
      ...simulated,
    },
  },
  alert: {
    retention: 'raw',
    about: 'each transition of an alert',
    at: 'time of the transition, with its number % 1000 as microseconds',
    tags: ['hall', 'rule'],
    fields: {
      alert: text('id of the alert'),
      what: text('raised, reopened, acknowledged, resolved ...'),
      subject: text('kind and id of what it is about'),
      severity: text('info, warning or critical'),
      state: text('open, acknowledged or resolved'),
      actor: text('who did it'),
      ...simulated,
    },
  },
  hall_minute: {
    retention: 'minute',
    about: 'a hall, by the minute',
    at: startAt,
    tags: ['hall'],
    fields: hallSpan,
  },
  hall_slot: {
    retention: 'slot',
    about: 'a hall, by the quarter of an hour',
    at: startAt,
    tags: ['hall'],
    fields: hallSpan,
  },
  service_slot: {
    retention: 'slot',
    about: 'a service of a hall, by the quarter of an hour',
    at: startAt,
    tags: ['hall', 'service'],
    fields: { ...waits, serviceS: desks.serviceS, ...simulated },
  },
  terminal_slot: {
    retention: 'slot',
    about: 'a terminal, by the quarter of an hour',
    at: startAt,
    tags: ['hall', 'device'],
    fields: {
      inServiceS: integer('s', 'in service, degraded included'),
      faultS: integer('s', 'out of use with a fault'),
      unknownS: integer('s', 'not heard while its zone was on'),
      serverDownS: integer('s', 'of it, time in which this server could not hear it'),
      offS: integer('s', 'its zone was off'),
      busyS: integer('s', 'in use'),
      done: integer('transactions', 'done'),
      failed: integer('transactions', 'failed'),
      ...simulated,
    },
  },
  hall_day_profile: {
    retention: 'slot',
    about: 'a local day of a hall by half hours of its wall clock, for heat maps; rewritten when a late slot changes',
    at: 'the local date, read as midnight UTC',
    tags: ['hall'],
    fields: {
      entered: text('people that came in', 'profile'),
      occupancyMax: text('most inside at once', 'profile'),
      issued: text('tickets issued', 'profile'),
      called: text('waits that ended in a call', 'profile'),
      withinLimit: text('called within the limit', 'profile'),
      waitMeanS: text('mean wait of those called, s', 'profile'),
      waitingMax: text('most waiting at once', 'profile'),
      waitHistogram: text('histogram of the waits of those called that day, mergeable', 'histogram'),
      ...simulated,
    },
  },
  quote_day: {
    retention: 'slot',
    about:
      'how right the waits were that were foretold for a service on a local day (docs/waits.md); rewritten as the day goes',
    at: 'the local date, read as midnight UTC',
    tags: ['hall', 'service'],
    fields: {
      n: integer('waits', 'that a call ended'),
      offS: integer('s', 'sum of how far off the median foretold was'),
      biasS: integer('s', 'the same with its sign, foretold less became'),
      covered: integer('waits', 'that ended within the range of 80 %'),
      widthS: integer('s', 'sum of how wide that was'),
      ...simulated,
    },
  },
  region_slot: {
    retention: 'slot',
    about: 'all halls of a region, by the quarter of an hour; rewritten when a late slot changes',
    at: startAt,
    tags: ['region'],
    fields: { halls: integer('halls', 'that said anything'), ...hallSpan },
  },
} as const satisfies Record<string, Measurement>;

export type MeasurementName = keyof typeof catalogue;

/** The definition of a measurement, with its names widened. */
export function definitionOf(name: MeasurementName): Measurement {
  return catalogue[name];
}

export const measurementNames = Object.keys(catalogue) as MeasurementName[];
