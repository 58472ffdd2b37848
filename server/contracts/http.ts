import type { Static } from 'typebox';
import Type from 'typebox';
import {
  completenessReasons,
  deviceKinds,
  hallTypes,
  idPattern,
  ownerships,
  refusalReasons,
  terminalTypes,
  zoneKinds,
} from './names.ts';
import { Nullable } from './schema.ts';

/** Every error of the HTTP interface: what happened and what to do about it. */
export const ErrorBody = Type.Object({ code: Type.String(), message: Type.String(), fix: Type.String() });
export type ErrorBody = Static<typeof ErrorBody>;

export const Words = Type.Object({ 'zh-CN': Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) });
export type Words = Static<typeof Words>;

export const HallParams = Type.Object({ hall: Type.String({ pattern: idPattern }) });

/**
 * What is installed where: the registry as screens, simulators and scripts see it. Of a terminal also what a customer can
 * do there (`does`), what it takes (`accepts`), and what no other machine of the hall does (`sole`).
 */
export const HallInfo = Type.Object({
  id: Type.String(),
  region: Type.String(),
  regionName: Words,
  name: Words,
  type: Type.Enum([...hallTypes]),
  ownership: Type.Enum([...ownerships]),
  capacity: Type.Integer(),
  timeZone: Type.String(),
  emptyAt: Type.String(),
  zones: Type.Array(
    Type.Object({ id: Type.String(), kind: Type.Enum([...zoneKinds]), name: Words, always: Type.Boolean() }),
  ),
  devices: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.Enum([...deviceKinds]),
      type: Nullable(Type.Enum([...terminalTypes])),
      zone: Type.String(),
      name: Words,
      does: Type.Array(Type.String()),
      accepts: Type.Array(Type.String()),
      sole: Type.Array(Type.String()),
    }),
  ),
  services: Type.Array(Type.Object({ id: Type.String(), name: Words, letter: Type.String() })),
  desks: Type.Array(
    Type.Object({ id: Type.String(), label: Type.String(), zone: Type.String(), serves: Type.Array(Type.String()) }),
  ),
});
export type HallInfo = Static<typeof HallInfo>;

/** `degraded` names what runs worse than it should; `reasons` why the server isn't ready (then with 503). */
export const Ready = Type.Object({
  ready: Type.Boolean(),
  reasons: Type.Array(Type.String()),
  degraded: Type.Array(Type.String()),
});
export type Ready = Static<typeof Ready>;

export const CompletenessQuery = Type.Object({
  hall: Type.String({ pattern: idPattern }),
  day: Type.Optional(
    Type.String({ maxLength: 40, description: 'Local date of the hall, YYYY-MM-DD; today without it' }),
  ),
});

const Messages = Nullable(Type.Integer({ minimum: 0 }));
const Share = Nullable(Type.Number({ minimum: 0, maximum: 1 }));

/**
 * One device's day by its own numbering: `sent` = `arrived` + `missing` + `quarantined`, `share` = `arrived` / `sent`. Of those
 * that arrived, `repaired` came late into a gap; `duplicated` copies came on top. All null, with a reason, where the day isn't known.
 */
export const CompletenessRow = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...deviceKinds]),
  sent: Messages,
  arrived: Messages,
  repaired: Messages,
  missing: Messages,
  duplicated: Messages,
  quarantined: Messages,
  share: Share,
  reason: Nullable(Type.Enum([...completenessReasons])),
});
export type CompletenessRow = Static<typeof CompletenessRow>;

/** What the devices of a hall sent on a local day, and what of it is here. */
export const Completeness = Type.Object({
  hall: Type.String(),
  day: Type.String(),
  share: Share,
  devices: Type.Array(CompletenessRow),
});
export type Completeness = Static<typeof Completeness>;

export const QuarantineQuery = Type.Object(
  {
    hall: Type.Optional(Type.String({ pattern: idPattern })),
    device: Type.Optional(Type.String({ pattern: idPattern })),
    reason: Type.Optional(Type.Enum([...refusalReasons])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_000, default: 200 })),
  },
  // A filter with a slip in its name must not answer everything.
  { additionalProperties: false },
);

/**
 * All messages of one topic that were refused for one reason and not read since: `count` of them, of which `kept` can still
 * be looked at and tried again. Hall and device are those that the topic names, whether or not the registry has them.
 * Times are epoch ms of the server.
 */
export const QuarantineEntry = Type.Object({
  id: Type.Integer(),
  reason: Type.Enum([...refusalReasons]),
  detail: Type.String(),
  topic: Type.String({ description: 'cut at 1,024 characters' }),
  hall: Nullable(Type.String()),
  device: Nullable(Type.String()),
  count: Type.Integer(),
  kept: Type.Integer(),
  firstSeen: Type.Integer(),
  lastSeen: Type.Integer(),
  retryable: Type.Boolean({
    description:
      'at least one message is kept whole, and its reason can pass: a bad topic, no JSON and too large can’t',
  }),
  sample: Nullable(
    Type.String({
      description:
        'the newest kept message, 1 KB at most; bytes that are no text as \\xNN, of one over 64 KB its length, SHA-256 and beginning',
    }),
  ),
});
export type QuarantineEntry = Static<typeof QuarantineEntry>;

export const QuarantineParams = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

/** How many messages of the entry were read now, and how many were refused again. */
export const RetryAnswer = Type.Object({ read: Type.Integer(), refused: Type.Integer() });
export type RetryAnswer = Static<typeof RetryAnswer>;
