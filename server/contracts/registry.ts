// The files of config/halls and of config/standards.yaml and calendar.yaml. They cross a border too: people write
// them, editors check them by JSON schema, and the simulator writes and reads them.

import type { Static } from 'typebox';
import Type from 'typebox';
import { AlertSettings } from './alert-settings.ts';
import { Words } from './http.ts';
import { alertRules, alertSeverities, hallTypes, ownerships, terminalTypes, weekdays, zoneKinds } from './names.ts';
import { Hours, Id } from './schema.ts';

export { CalendarFile } from './calendar.ts';

const strict = { additionalProperties: false };
const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM, local time of the hall' });
const Week = Type.Union([
  Hours,
  Type.Object(
    Object.fromEntries(weekdays.map((day) => [day, Hours])) as Record<(typeof weekdays)[number], typeof Hours>,
    strict,
  ),
]);

export const Standard = Type.Object(
  {
    waitLimitMin: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1440, description: 'a customer is called within this' }),
    ),
    waitCareMin: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1440, description: 'a waiting customer is looked after from here' }),
    ),
    targetShare: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'share of tickets called within the limit' }),
    ),
    noShowMin: Type.Optional(
      Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 1440 }), Type.Literal('off')], {
        description:
          'a called ticket neither started nor recalled for this long is presumed a no-show; off where the machine never sends started',
      }),
    ),
    itemLimitMin: Type.Optional(Type.Number({ minimum: 0, maximum: 1440, description: 'one business item at a desk' })),
    items: Type.Optional(
      Type.Record(Id, Type.Number({ minimum: 0, maximum: 1440 }), { description: 'minutes by business item' }),
    ),
    workingTerminalsMin: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1000, description: 'self-service terminals that must work' }),
    ),
  },
  strict,
);
export type Standard = Static<typeof Standard>;

/** From general to particular: defaults, the hall's type, the hall; inside each, all, then the service, then the tier. */
export const StandardLayer = Type.Object(
  {
    all: Type.Optional(Standard),
    services: Type.Optional(Type.Record(Id, Standard)),
    tiers: Type.Optional(Type.Record(Id, Standard)),
    alerts: Type.Optional(AlertSettings),
  },
  strict,
);
export type StandardLayer = Static<typeof StandardLayer>;

export const StandardsFile = Type.Object(
  {
    defaults: StandardLayer,
    hallTypes: Type.Optional(
      Type.Object(
        {
          flagship: Type.Optional(StandardLayer),
          sales: Type.Optional(StandardLayer),
          strategic: Type.Optional(StandardLayer),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type StandardsFile = Static<typeof StandardsFile>;

/** What a customer comes for, and what it takes: a terminal that does it (and takes one of `accepts`), or a desk for a service. */
export const Journey = Type.Object(
  {
    id: Id,
    name: Words,
    needs: Type.Union([
      Type.Object({ does: Id, accepts: Type.Optional(Type.Enum(['cash', 'card', 'code'])) }, strict),
      Type.Object({ service: Id }, strict),
    ]),
  },
  strict,
);

/** People of the hall who come in by its counted doors and are inside while it is open. */
const Staff = Type.Union([
  Type.Object({ inside: Type.Integer({ minimum: 0, maximum: 10_000, description: 'so many people' }) }, strict),
  Type.Object(
    { share: Type.Number({ minimum: 0, maximum: 0.9, description: 'this part of the people inside' }) },
    strict,
  ),
]);

export const HallFile = Type.Object(
  {
    id: Id,
    region: Id,
    name: Words,
    type: Type.Enum([...hallTypes]),
    ownership: Type.Enum([...ownerships]),
    timeZone: Type.String({ description: 'an IANA time zone, such as Asia/Shanghai' }),
    capacity: Type.Integer({ minimum: 1, maximum: 100_000, description: 'the most people allowed inside' }),
    staff: Type.Optional(Staff),
    hours: Week,
    emptyAt: Type.Optional(ClockTime),
    dutyManager: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    standards: Type.Optional(StandardLayer),
    surgePlan: Type.Optional(
      Type.Array(Words, { minItems: 1, maxItems: 12, description: 'what to do when the hall is full, step by step' }),
    ),
    journeys: Type.Optional(
      Type.Array(Journey, {
        maxItems: 40,
        description: 'what customers come for: an alert when none of what serves it works',
      }),
    ),
    zones: Type.Array(
      Type.Object({ id: Id, kind: Type.Enum([...zoneKinds]), name: Words, hours: Type.Optional(Week) }, strict),
      { minItems: 1 },
    ),
    doors: Type.Array(
      Type.Object(
        {
          id: Id,
          zone: Id,
          name: Words,
          counterBits: Type.Optional(Type.Enum([16, 32], { description: 'where the counter rolls over, if it does' })),
        },
        strict,
      ),
    ),
    queueMachines: Type.Array(Type.Object({ id: Id, zone: Id, name: Words, system: Type.Optional(Id) }, strict)),
    services: Type.Array(
      Type.Object(
        {
          id: Id,
          letter: Type.String({ pattern: '^[A-Z]{1,2}$', description: 'one or two capital letters, such as A' }),
          name: Words,
          atTerminals: Type.Optional(
            Type.Array(Id, {
              description: 'what terminals do that spares a customer of this service the desk, such as pay',
            }),
          ),
        },
        strict,
      ),
    ),
    desks: Type.Array(
      Type.Object(
        {
          id: Id,
          label: Type.String({ minLength: 1, maxLength: 4 }),
          zone: Id,
          serves: Type.Array(Id, { minItems: 1 }),
          roster: Type.Optional(Week),
        },
        strict,
      ),
    ),
    terminals: Type.Array(
      Type.Object(
        {
          id: Id,
          type: Type.Enum([...terminalTypes]),
          zone: Id,
          name: Words,
          does: Type.Array(Id, {
            minItems: 1,
            description: 'what a customer can do here, such as pay or print-invoice',
          }),
          accepts: Type.Optional(Type.Array(Type.Enum(['cash', 'card', 'code']))),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type HallFile = Static<typeof HallFile>;

/** An address that hears of each step in an alert's life; what is left out isn't filtered by. */
export const Webhook = Type.Object(
  {
    id: Id,
    url: Type.String({ maxLength: 2_000, description: 'https://..., or http:// to this machine' }),
    secret: Type.Optional(Type.String({ minLength: 16, maxLength: 200, description: 'signs what is sent' })),
    secretFile: Type.Optional(Type.String({ description: 'a file that holds the secret, instead' })),
    rules: Type.Optional(Type.Array(Type.Enum([...alertRules]), { minItems: 1 })),
    severities: Type.Optional(Type.Array(Type.Enum([...alertSeverities]), { minItems: 1 })),
    halls: Type.Optional(Type.Array(Id, { minItems: 1 })),
  },
  strict,
);
export type Webhook = Static<typeof Webhook>;

export const SettingsFile = Type.Object(
  {
    http: Type.Optional(Type.String({ description: 'HTTP address; HALLWATCH_HTTP overrides it' })),
    mqttUrl: Type.Optional(Type.String({ description: 'external broker; HALLWATCH_MQTT_URL overrides it' })),
    mqttListen: Type.Optional(Type.String({ description: 'embedded broker; HALLWATCH_MQTT_LISTEN overrides it' })),
    journal: Type.Optional(
      Type.Object(
        {
          keepDays: Type.Optional(
            Type.Integer({ minimum: 2, maximum: 365, description: 'days for which messages are kept as they came; 7' }),
          ),
          capGb: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              maximum: 100_000,
              description: 'GB (1024³ bytes) they may take; 20, and never over 80 % of what the volume has for us',
            }),
          ),
        },
        strict,
      ),
    ),
    influxUrl: Type.Optional(
      Type.String({ description: 'InfluxDB, as http://user:pass@host:8086/db; HALLWATCH_INFLUX_URL overrides it' }),
    ),
    history: Type.Optional(
      Type.Object(
        {
          rawDays: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 3_650, description: 'days for which single events are kept; 30' }),
          ),
          minuteDays: Type.Optional(
            Type.Integer({ minimum: 7, maximum: 3_650, description: 'days for which minutes are kept; 90' }),
          ),
          slotYears: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 100,
              description: 'years of 365 days for which quarters of an hour and profiles of days are kept; 10',
            }),
          ),
        },
        strict,
      ),
    ),
    alerts: Type.Optional(
      Type.Object(
        {
          keepDays: Type.Optional(
            Type.Integer({ minimum: 14, maximum: 3_650, description: 'days for which resolved alerts are kept; 400' }),
          ),
          infoDays: Type.Optional(
            Type.Integer({
              minimum: 14,
              maximum: 3_650,
              description: 'the same for those of severity info that nobody did anything about; 30',
            }),
          ),
        },
        strict,
      ),
    ),
    webhooks: Type.Optional(Type.Array(Webhook, { maxItems: 20, description: 'who hears of alerts' })),
    regions: Type.Array(Type.Object({ id: Id, name: Words }, strict), { minItems: 1 }),
    tiers: Type.Optional(Type.Array(Type.Object({ id: Id, name: Words }, strict))),
  },
  strict,
);
export type SettingsFile = Static<typeof SettingsFile>;
