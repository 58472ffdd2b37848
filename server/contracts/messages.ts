// What devices publish in Hallwatch's own format, and what we publish to them. All times are epoch ms.

import type { Static } from 'typebox';
import Type from 'typebox';
import { deskEvents, idPattern, terminalStates, ticketEvents } from './names.ts';

const Id = Type.String({ pattern: idPattern });
const Time = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Ticket numbers are printed on paper: short, and without control characters. */
const Ticket = Type.String({ minLength: 1, maxLength: 32, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });
const Reason = Type.String({ minLength: 1, maxLength: 80 });

/** The device's clock. Whatever stands here, the message is kept: an unusable time means the time of receipt (T1). */
const DeviceTime = Type.Optional(Type.Unsafe<number>({}));
/** (device, boot, seq) names a message for ever. */
const sequenced = { ts: DeviceTime, boot: Count, seq: Type.Integer({ minimum: 1 }) };

/** Totals since boot, not increments, so that a lost or repeated message costs nothing. */
export const DoorMessage = Type.Object({ ...sequenced, in: Count, out: Count });
export type DoorMessage = Static<typeof DoorMessage>;

export const TicketMessage = Type.Object({
  ...sequenced,
  event: Type.Enum([...ticketEvents]),
  ticket: Ticket,
  service: Type.Optional(Id),
  tier: Type.Optional(Id),
  priority: Type.Optional(Type.Union([Type.Boolean(), Type.Integer({ minimum: 0, maximum: 9 })])),
  appointment: Type.Optional(Type.Union([Type.Boolean(), Time])),
  desk: Type.Optional(Id),
  item: Type.Optional(Id),
  toService: Type.Optional(Id),
  toDesk: Type.Optional(Id),
});
export type TicketMessage = Static<typeof TicketMessage>;

export const DeskMessage = Type.Object({
  ...sequenced,
  event: Type.Enum([...deskEvents]),
  desk: Id,
  reason: Type.Optional(Reason),
  until: Type.Optional(Time),
});
export type DeskMessage = Static<typeof DeskMessage>;

export const RatedMessage = Type.Object({
  ...sequenced,
  event: Type.Literal('rated'),
  ticket: Ticket,
  score: Type.Number({ minimum: 0, maximum: 100 }),
});
export type RatedMessage = Static<typeof RatedMessage>;

export type QueueMessage = TicketMessage | DeskMessage | RatedMessage;

const PartName = Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' });
export const TerminalMessage = Type.Object({
  ...sequenced,
  state: Type.Enum([...terminalStates]),
  parts: Type.Optional(Type.Record(PartName, Type.String({ minLength: 1, maxLength: 40 }), { maxProperties: 64 })),
  stock: Type.Optional(Type.Record(PartName, Type.Number({ minimum: 0, maximum: 100 }), { maxProperties: 64 })),
  busy: Type.Optional(Type.Boolean()),
  done: Type.Optional(Count),
  failed: Type.Optional(Count),
});
export type TerminalMessage = Static<typeof TerminalMessage>;

/** Retained, republished every `everyS` seconds, and also the last will (then with `online: false`). */
export const StatusMessage = Type.Object({
  ts: DeviceTime,
  boot: Count,
  conn: Count,
  online: Type.Boolean(),
  lastSeq: Type.Optional(Count),
  everyS: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 86_400 })),
  resend: Type.Optional(Type.Boolean()),
  simulated: Type.Optional(Type.Boolean()),
  firmware: Type.Optional(Type.String({ maxLength: 80 })),
});
export type StatusMessage = Static<typeof StatusMessage>;

/** A device's answer to `resend`: what it no longer has, in inclusive ranges of seq. */
export const ResentMessage = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  boot: Count,
  gone: Type.Array(Type.Tuple([Count, Count]), { maxItems: 500 }),
});
export type ResentMessage = Static<typeof ResentMessage>;

/** Server to device: send boot's messages `from` to `to` again, inclusive. */
export const ResendMessage = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  boot: Count,
  from: Type.Integer({ minimum: 1 }),
  to: Type.Integer({ minimum: 1 }),
});
export type ResendMessage = Static<typeof ResendMessage>;

/** Server to device, retained: the fault notice that a terminal posts itself. */
export const NoticeMessage = Type.Object({
  show: Type.Boolean(),
  text: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
});
export type NoticeMessage = Static<typeof NoticeMessage>;

/** Payload by channel: what publishers type their messages against. */
export interface Payloads {
  door: DoorMessage;
  queue: QueueMessage;
  terminal: TerminalMessage;
  status: StatusMessage;
  resent: ResentMessage;
}
