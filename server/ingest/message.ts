/** One MQTT message as it reached us, before anything is read in it. */
export interface RawMessage {
  topic: string;
  payload: Uint8Array;
  /** Epoch ms of the server's clock. */
  receivedAt: number;
  /** The source's word (L2): true unless the broker handed it over from its retained messages. */
  live: boolean;
  /** Every message before it has been delivered: nothing of the time we were away is queued behind (T2). */
  caughtUp: boolean;
}

/** Called once the message is safe, or with the reason why it isn't; only then may its sender hear of it. */
export type Kept = (error: Error | null) => void;

/** Where a source hands its messages; `kept` may be called later, in any order. */
export type Accept = (message: RawMessage, kept: Kept) => void;

/** Largest payload that is read; beyond it only length, hash and beginning are kept (J2). */
export const largestPayload = 65_536;
