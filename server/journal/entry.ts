/**
 * What a journal entry is: a message, a quarantined message tried again, the config from here on, a time in which this
 * server could not hear anything, or offsets of devices' clocks from here on. In the order of their numbers on disk,
 * where a clock entry is a config with a flag.
 */
export const entryKinds = ['message', 'retry', 'config', 'downtime', 'clock'] as const;
export type EntryKind = (typeof entryKinds)[number];

/** One entry before it has its place. */
export interface NewEntry {
  kind: EntryKind;
  /** Empty for what is no message. */
  topic: string;
  payload: Uint8Array;
  /** Epoch ms, whole. A retry keeps that of its message. */
  receivedAt: number;
  live: boolean;
  caughtUp: boolean;
  /** The payload is not the message but tells its length, hash and beginning (J2). */
  shortened: boolean;
  /** Of a retry: the id of the message it tries again. */
  retryOf: number | null;
}

/** An entry in its place: ids grow in the order of the journal, over all of its files. */
export interface Entry extends NewEntry {
  id: number;
}

/** Entries that can't be read any more, both ends included. */
export interface Hole {
  from: number;
  to: number;
}
