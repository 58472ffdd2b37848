import type { Static } from 'typebox';
import Type from 'typebox';
import { Nullable } from './schema.ts';

export const Alert = Type.Object({
  id: Type.String(),
  rule: Type.String(),
  hall: Nullable(Type.String()),
  subject: Type.Object({ kind: Type.String(), id: Type.String() }),
  severity: Type.Enum(['info', 'warning', 'critical']),
  state: Type.Enum(['open', 'acknowledged', 'resolved']),
  since: Type.Integer(),
  raisedAt: Type.Integer(),
  acknowledged: Nullable(Type.Object({ at: Type.Integer(), actor: Type.String() })),
  assignedTo: Nullable(Type.String()),
  resolvedAt: Nullable(Type.Integer()),
  cause: Nullable(Type.String()),
  parent: Nullable(Type.String()),
  advice: Nullable(Type.String()),
});
export type Alert = Static<typeof Alert>;
