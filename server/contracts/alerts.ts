// Alerts as they cross a wire: to screens, over HTTP, to webhooks. Times are epoch ms.
import type { Static } from 'typebox';
import Type from 'typebox';
import { Words } from './http.ts';
import { alertRules, alertSeverities, alertStates, alertSubjects, transitionKinds } from './names.ts';
import { Id, Nullable } from './schema.ts';

/** A person (A4). Until there are accounts everybody comes from this machine. */
export const Actor = Type.Object({ name: Type.String(), via: Type.Enum(['loopback']) });
export type Actor = Static<typeof Actor>;

/** What is the matter, where, and what to do about it, for people. Since when is `since`. */
const Told = Type.Object({ what: Type.String(), where: Type.String(), todo: Type.String() });

/**
 * A standard broken or a device in trouble. `since`: when that began, in event time; `raisedAt`: when we said so. `parent`: the
 * alert that explains this one. `reopened` counts its returns; one that keeps returning is `flapping`. `silenced`: by which silence.
 * `resolvedBy` null: it resolved by itself. `advice`: the step that helps most, with its effect, as of when
 * it was raised, and in a hall's picture as of now.
 */
export const Alert = Type.Object({
  id: Type.String(),
  rule: Type.Enum([...alertRules]),
  hall: Nullable(Type.String()),
  subject: Type.Object({ kind: Type.Enum([...alertSubjects]), id: Type.String() }),
  severity: Type.Enum([...alertSeverities]),
  state: Type.Enum([...alertStates]),
  since: Type.Integer(),
  raisedAt: Type.Integer(),
  acknowledged: Nullable(Type.Object({ at: Type.Integer(), actor: Actor })),
  assignedTo: Nullable(Type.String()),
  resolvedAt: Nullable(Type.Integer()),
  resolvedBy: Nullable(Actor),
  cause: Nullable(Type.String()),
  parent: Nullable(Type.String()),
  advice: Nullable(Words),
  flapping: Type.Boolean(),
  reopened: Type.Integer({ minimum: 0 }),
  silenced: Nullable(Type.String()),
  text: Type.Object({ 'zh-CN': Told, en: Told }),
});
export type Alert = Static<typeof Alert>;

/** One step of an alert's life; `actor` null: of itself. `state` and `severity` are those after it. */
export const Transition = Type.Object({
  id: Type.Integer(),
  alert: Type.String(),
  what: Type.Enum([...transitionKinds]),
  at: Type.Integer(),
  actor: Nullable(Actor),
  note: Nullable(Type.String()),
  state: Type.Enum([...alertStates]),
  severity: Type.Enum([...alertSeverities]),
});
export type Transition = Static<typeof Transition>;

export const AlertWithLife = Type.Object({ ...Alert.properties, transitions: Type.Array(Transition) });

/**
 * A maintenance window, or peace from a rule: alerts that fit all that is named are shown as silenced and notify nobody from
 * `from` up to `to`, or until it was ended.
 */
export const Silence = Type.Object({
  id: Type.String(),
  hall: Nullable(Type.String()),
  device: Nullable(Type.String()),
  rule: Nullable(Type.Enum([...alertRules])),
  from: Type.Integer(),
  to: Type.Integer(),
  actor: Actor,
  why: Type.String(),
  endedAt: Nullable(Type.Integer()),
});
export type Silence = Static<typeof Silence>;

const strict = { additionalProperties: false };
const Line = (description: string) => Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description });
const At = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });

/** What people send with an action; each takes what it needs of it. */
export const AlertAction = Type.Object(
  {
    note: Type.Optional(Line('a remark, kept with the transition')),
    to: Type.Optional(Line('who is to look after it')),
    cause: Type.Optional(Line('what it was')),
  },
  strict,
);
export type AlertAction = Static<typeof AlertAction>;
export const alertActions = ['acknowledge', 'assign', 'note', 'resolve'] as const;
export type AlertActionName = (typeof alertActions)[number];

export const SilenceRequest = Type.Object(
  {
    hall: Type.Optional(Id),
    device: Type.Optional(Id),
    rule: Type.Optional(Type.Enum([...alertRules])),
    from: Type.Optional(At),
    to: At,
    why: Line('why, for whoever wonders'),
  },
  strict,
);
export type SilenceRequest = Static<typeof SilenceRequest>;

export const AlertsQuery = Type.Object(
  {
    hall: Type.Optional(Id),
    region: Type.Optional(Id),
    state: Type.Optional(Type.Enum([...alertStates])),
  },
  strict,
);
export const FaultsQuery = Type.Object(
  { hall: Type.Optional(Id), device: Type.Optional(Id), state: Type.Optional(Type.Enum([...alertStates])) },
  strict,
);
export const AlertParams = Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) });
export const AlertActionParams = Type.Object({ ...AlertParams.properties, action: Type.Enum([...alertActions]) });

/** What a webhook is sent: `id` names the transition for ever, so that one sent twice can be told. */
export const WebhookBody = Type.Object({ id: Type.String(), alert: Alert, transition: Transition });
export type WebhookBody = Static<typeof WebhookBody>;
