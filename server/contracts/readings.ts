// A reading is one decoded message of one device: what `hall` understands, whatever format it came in.
import type {
  DeskMessage,
  DoorMessage,
  RatedMessage,
  ResentMessage,
  StatusMessage,
  TerminalMessage,
  TicketMessage,
} from './messages.ts';

/** Where and when a message came from. `live`: not retained (L2); `caughtUp`: not out of the broker's backlog (T2). */
export interface Origin {
  hall: string;
  device: string;
  receivedAt: number;
  live: boolean;
  caughtUp: boolean;
  /** Hash of the bytes of a numbered message, where they are known. */
  print?: number;
}

export type Body =
  | ({ kind: 'door' } & DoorMessage)
  | ({ kind: 'ticket' } & TicketMessage)
  | ({ kind: 'desk' } & DeskMessage)
  | ({ kind: 'rated' } & RatedMessage)
  | ({ kind: 'terminal' } & TerminalMessage)
  | ({ kind: 'status' } & StatusMessage)
  | ({ kind: 'resent' } & ResentMessage);

/**
 * `at` is the effective time, epoch ms (T1): min(ts, receivedAt), or receivedAt when ts is unusable. `offsetMs`: what was
 * learned of the device's clock and is in `at`; left out for none.
 */
export type Reading = Origin & { at: number; body: Body; offsetMs?: number };
