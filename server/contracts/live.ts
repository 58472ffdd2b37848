// The Socket.IO namespace /live: who says what, and in which shape.

import type { Static } from 'typebox';
import Type from 'typebox';
import { Alert } from './alerts.ts';
import type { HallLive } from './hall-live.ts';
import { ErrorBody } from './http.ts';
import { idPattern, ingestStates, qualities } from './names.ts';
import { Nullable } from './schema.ts';

const Id = Type.String({ pattern: idPattern });

/** One set of halls (20 at most), one region, or the alerts of all halls; a new `watch` replaces the former. */
export const WatchRequest = Type.Union([
  Type.Object({ halls: Type.Array(Id, { minItems: 1, maxItems: 20 }) }, { additionalProperties: false }),
  Type.Object({ region: Id }, { additionalProperties: false }),
  Type.Object({ alerts: Type.Literal(true) }, { additionalProperties: false }),
]);
export type WatchRequest = Static<typeof WatchRequest>;

/** One row of a region's overview. */
export const Summary = Type.Object({
  hall: Type.String(),
  region: Type.String(),
  rev: Type.Integer(),
  at: Type.Integer(),
  open: Type.Boolean(),
  simulated: Type.Boolean(),
  occupancy: Nullable(Type.Integer()),
  quality: Type.Enum([...qualities]),
  capacity: Type.Integer(),
  enteredToday: Nullable(Type.Integer()),
  waiting: Nullable(Type.Integer()),
  longestSince: Nullable(Type.Integer()),
  devicesDown: Type.Integer(),
});
export type Summary = Static<typeof Summary>;

export type WatchAnswer =
  | { ok: true; halls: HallLive[] }
  | { ok: true; summaries: Summary[] }
  | { ok: true; alerts: Alert[] }
  | ({ ok: false } & Static<typeof ErrorBody>);

/** Every 2 s. `lagMs` is the age of the oldest message that is not yet on the screens; `progress`, 0 to 1, of a rebuild. */
export const Pulse = Type.Object({
  now: Type.Integer(),
  rev: Type.Integer(),
  ingest: Type.Object({
    state: Type.Enum([...ingestStates]),
    lagMs: Type.Number(),
    progress: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  }),
});
export type Pulse = Static<typeof Pulse>;

/** An alert that was raised, or changed in any way. */
export const AlertEvent = Type.Object({ alert: Alert });
export type AlertEvent = Static<typeof AlertEvent>;

/**
 * What a screen watches is no longer there: its hall, its region, or (for who watches a region) one of the region's halls, which may have
 * moved to another. The socket goes on watching: when it is back, it is told of as before.
 */
export const GoneEvent = Type.Object({
  kind: Type.Enum(['hall', 'region']),
  id: Type.String(),
  ...ErrorBody.properties,
});
export type GoneEvent = Static<typeof GoneEvent>;

export interface ServerToClient {
  hall: (live: HallLive) => void;
  summary: (row: Summary) => void;
  alert: (event: AlertEvent) => void;
  pulse: (pulse: Pulse) => void;
  gone: (event: GoneEvent) => void;
}

export interface ClientToServer {
  watch: (request: unknown, answer: (answer: WatchAnswer) => void) => void;
}
