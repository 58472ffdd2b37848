// The rules of alerts with their defaults: what config/standards.yaml can say of each, and what docs/alerts.md tells of it.
import Type from 'typebox';
import type { AlertRule, AlertSeverity } from './names.ts';
import { alertRules, alertSeverities } from './names.ts';

interface Threshold {
  value: number;
  about: string;
}

interface RuleDefaults {
  severity: AlertSeverity;
  /** How long the condition must hold before it is an alert, and be gone before that is over. */
  raiseAfterS: number;
  clearAfterS: number;
  thresholds: Readonly<Record<string, Threshold>>;
  /** When it is raised, for docs/alerts.md. */
  meaning: string;
}

/** What holds for every rule: how returns are taken, and for how long one resolved by hand rests. */
export const lifeDefaults = {
  returnWithinS: { value: 600, about: 'a condition that returns this soon after it cleared reopens its alert' },
  calmS: { value: 900, about: 'an alert that returned three times is only resolved after so long a calm' },
  handRestS: { value: 1800, about: 'one resolved by hand while the condition holds is reopened after this' },
} as const;

export const alertDefaults = {
  'wait-care': {
    severity: 'info',
    raiseAfterS: 0,
    clearAfterS: 10,
    thresholds: {},
    meaning: 'a customer has waited `waitCareMin` (by service and tier) and wants to be looked after',
  },
  'wait-limit': {
    severity: 'warning',
    raiseAfterS: 5,
    clearAfterS: 10,
    thresholds: {},
    meaning: 'a customer has waited longer than `waitLimitMin` (by service and tier); until the last ticket is served',
  },
  'wait-forecast': {
    severity: 'info',
    raiseAfterS: 60,
    clearAfterS: 60,
    thresholds: {
      withinMin: { value: 10, about: 'how far ahead' },
      margin: { value: 1, about: 'of the limit, by which it must be passed: a forecast is rough' },
    },
    meaning:
      'a customer will have waited longer than the limit within some minutes, as the queue is played forward (docs/advice.md)',
  },
  'long-transaction': {
    severity: 'info',
    raiseAfterS: 15,
    clearAfterS: 5,
    thresholds: {
      factor: { value: 2, about: 'times the limit: where somebody should look, not where a clerk is late' },
    },
    meaning:
      'a desk serves a ticket longer than its business items may take (`items`, else `itemLimitMin`; several add up)',
  },
  crowded: {
    severity: 'warning',
    raiseAfterS: 120,
    clearAfterS: 180,
    thresholds: {
      firstShare: { value: 0.85, about: 'of the capacity inside: crowded' },
      secondShare: { value: 1, about: 'of the capacity inside: critical, with the hall’s surge plan' },
    },
    meaning: 'people inside near the hall’s capacity; at the second level critical, with its `surgePlan`',
  },
  'paused-desk': {
    severity: 'info',
    raiseAfterS: 0,
    clearAfterS: 10,
    thresholds: { afterS: { value: 300, about: 'of an unplanned pause' } },
    meaning: 'a desk is paused without a plan (of at most 4 h), or beyond it, while customers wait for what it serves',
  },
  'terminal-fault': {
    severity: 'warning',
    raiseAfterS: 0,
    clearAfterS: 30,
    thresholds: {},
    meaning: 'a terminal says that it or a part of it is out of order; at any hour',
  },
  'terminal-offline': {
    severity: 'warning',
    raiseAfterS: 20,
    clearAfterS: 15,
    thresholds: { openGraceS: { value: 300, about: 'after its zone opened' } },
    meaning: 'a terminal is gone from the broker while its zone is open',
  },
  'stock-low': {
    severity: 'warning',
    raiseAfterS: 30,
    clearAfterS: 30,
    thresholds: {
      hoursLeft: { value: 1.5, about: 'hours that a stock lasts at its own use of today and yesterday' },
      level: { value: 10, about: '% left, or of room, below which it is low whatever its use' },
    },
    meaning:
      'what a terminal uses up (paper, cards), or the room in what fills up (a cash unit), lasts less than some hours at its own use, or is nearly gone, while its zone is open',
  },
  'terminal-failing': {
    severity: 'warning',
    raiseAfterS: 0,
    clearAfterS: 120,
    thresholds: {
      share: { value: 0.3, about: 'of its transactions fail' },
      failed: { value: 4, about: 'at the least failed' },
      windowMin: { value: 30, about: 'looked back' },
    },
    meaning: 'a large share of a terminal’s transactions fail',
  },
  'terminal-silent': {
    severity: 'info',
    raiseAfterS: 60,
    clearAfterS: 0,
    thresholds: {
      expected: { value: 7, about: 'transactions its own baseline has for the time without any' },
      days: { value: 3, about: 'days that the baseline must have seen of these hours' },
    },
    meaning: 'a terminal says it is in service and has had no transactions, in hours where it usually has some',
  },
  'customer-stuck': {
    severity: 'warning',
    raiseAfterS: 10,
    clearAfterS: 0,
    thresholds: {
      leastMin: { value: 10, about: 'at the least' },
      times: { value: 5, about: 'its usual (the median of today and yesterday)' },
    },
    meaning: 'a terminal is busy far beyond its usual: somebody may be stuck there',
  },
  'self-service-minimum': {
    severity: 'warning',
    raiseAfterS: 60,
    clearAfterS: 60,
    thresholds: {},
    meaning: 'fewer terminals work than `workingTerminalsMin` (by hall type), where so many are installed',
  },
  journey: {
    severity: 'critical',
    raiseAfterS: 20,
    clearAfterS: 30,
    thresholds: {},
    meaning: 'something customers come for (`journeys` of the hall) can’t be done: nothing that serves it works',
  },
  'system-down': {
    severity: 'critical',
    raiseAfterS: 0,
    clearAfterS: 60,
    thresholds: {
      desks: { value: 3, about: 'desks that serve, none of which finishes' },
      stallMin: { value: 5, about: 'for so long at the least' },
      services: { value: 8, about: 'services that would have been finished meanwhile, as long as they usually take' },
      kiosks: { value: 2, about: 'terminals whose transactions fail together' },
      failed: { value: 2, about: 'failed at each' },
      share: { value: 0.8, about: 'of each one’s transactions' },
      windowMin: { value: 10, about: 'looked back' },
    },
    meaning:
      'every desk’s finishing stops together, or payments fail at several terminals together: the business system or line',
  },
  'device-offline': {
    severity: 'warning',
    raiseAfterS: 20,
    clearAfterS: 15,
    thresholds: {
      openGraceS: { value: 300, about: 'after its zone opened' },
      networkAfterS: {
        value: 5,
        about: 'after which all devices of a hall gone together are its network, and critical',
      },
    },
    meaning:
      'a door counter or queue machine is gone from the broker; all devices of a hall gone: one alert about its network',
  },
  'device-silent': {
    severity: 'warning',
    raiseAfterS: 15,
    clearAfterS: 15,
    thresholds: {},
    meaning: 'a device says nothing for three of its status intervals, while its zone is open',
  },
  'count-drift': {
    severity: 'info',
    raiseAfterS: 600,
    clearAfterS: 300,
    thresholds: {
      handRestS: { value: 86_400, about: 'of one resolved by hand: what a counter lost comes back in the night' },
    },
    meaning: 'the people inside are only roughly known, in opening hours: a counter restarted or counts wrongly',
  },
  'clock-wrong': {
    severity: 'info',
    raiseAfterS: 60,
    clearAfterS: 60,
    thresholds: {},
    meaning:
      'a device’s clock is behind or ahead, its times can’t be true, or it sends seconds; says what is made of them meanwhile',
  },
  'data-missing': {
    severity: 'warning',
    raiseAfterS: 300,
    clearAfterS: 60,
    thresholds: {
      messages: { value: 20, about: 'of a device missing today' },
      share: { value: 0.01, about: 'of what it sent' },
      handRestS: { value: 604_800, about: 'of one resolved by hand: what is lost stays lost' },
    },
    meaning:
      'messages of a device are missing and don’t come; or the journal can’t be written, or lost some (then critical)',
  },
  'data-unreadable': {
    severity: 'warning',
    raiseAfterS: 5,
    clearAfterS: 0,
    thresholds: { messages: { value: 3, about: 'of a device in a row that can’t be read' } },
    meaning: 'a device sends messages and none of them can be read; until one can',
  },
  'history-delayed': {
    severity: 'warning',
    raiseAfterS: 120,
    clearAfterS: 30,
    thresholds: {},
    meaning: 'points wait for the history store, which is away or doesn’t keep up',
  },
  'opening-check': {
    severity: 'warning',
    raiseAfterS: 0,
    clearAfterS: 0,
    thresholds: {
      beforeMin: { value: 15, about: 'before the hall opens' },
      untilMin: { value: 15, about: 'after it opened, and then no more' },
    },
    meaning: 'when the morning meeting starts something isn’t ready; says what',
  },
} as const satisfies Record<AlertRule, RuleDefaults>;

type ThresholdsOf<R extends AlertRule> = { [K in keyof (typeof alertDefaults)[R]['thresholds']]: number };

/** What holds for a rule in a hall: all it needs, whoever said it. */
export type RuleSettings<R extends AlertRule = AlertRule> = {
  off: boolean;
  severity: AlertSeverity;
  raiseAfterS: number;
  clearAfterS: number;
} & { [K in keyof typeof lifeDefaults]: number } & ThresholdsOf<R>;

/** What config says of rules, as far as it differs from the defaults. */
export type AlertSettings = { [R in AlertRule]?: Partial<RuleSettings<R>> };

const Amount = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000, description }));
const amounts = (thresholds: Readonly<Record<string, Threshold>>) =>
  Object.fromEntries(
    Object.entries(thresholds).map(([name, { value, about }]) => [name, Amount(`${about}; ${value}`)]),
  );

function settingsOf(rule: AlertRule) {
  const { severity, raiseAfterS, clearAfterS, thresholds } = alertDefaults[rule];
  return Type.Object(
    {
      off: Type.Optional(Type.Boolean({ description: 'this alert is never raised here' })),
      severity: Type.Optional(Type.Enum([...alertSeverities], { description: `how bad it is; ${severity}` })),
      raiseAfterS: Amount(`seconds the condition must hold; ${raiseAfterS}`),
      clearAfterS: Amount(`seconds it must be gone; ${clearAfterS}`),
      ...amounts(lifeDefaults),
      ...amounts(thresholds),
    },
    { additionalProperties: false },
  );
}

export const AlertSettings = Type.Unsafe<AlertSettings>(
  Type.Object(Object.fromEntries(alertRules.map((rule) => [rule, Type.Optional(settingsOf(rule))])), {
    additionalProperties: false,
  }),
);
