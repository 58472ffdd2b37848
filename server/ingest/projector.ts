// The walk of a journal entry into its hall: placed, decoded, applied; what can't be goes to quarantine. Everything here
// follows from the entries and their order alone, so that the same journal gives the same state (J5).
import type { Config } from '../config/load.ts';
import type { Channel, RefusalReason } from '../contracts/names.ts';
import type { Reading } from '../contracts/readings.ts';
import { parseTopic } from '../contracts/topics.ts';
import { decode } from '../devices/index.ts';
import type { Halls } from '../hall/halls.ts';
import { printOfBytes } from '../hall/prints.ts';
import type { Trace } from '../hall/trace.ts';
import type { Entry } from '../journal/entry.ts';
import { applyOffsets } from '../journal/offsets.ts';
import { downtimeOf } from './downtime.ts';
import type { IgnoredReason } from './ignored.ts';
import type { Place } from './place.ts';
import { kindOfChannel, placeOf } from './place.ts';
import type { Refused } from './quarantine.ts';
import { configOfEntry } from './restore.ts';
import { timed } from './timed.ts';

export interface ProjectorParts {
  halls: Halls;
  /** What the data folder holds: messages of the other sort don't belong in it (I5). */
  simulated: boolean;
  /** Owned regions, null for all (I4). */
  owned: ReadonlySet<string> | null;
  /** Readings that are to be applied; all when left out. */
  wants?: (reading: Reading) => boolean;
  /** Hears of a config that came into force. */
  configured: (config: Config) => void;
  /** Hears what became of each message: read, with what was odd about it, or refused. */
  heard: (outcome: Outcome) => void;
}

export type Outcome = Read | { entry: Entry; refused: Refused } | { entry: Entry; ignored: IgnoredReason };

/** A message that was read: what was odd about it, and what it changed of its hall's past. */
export interface Read {
  entry: Entry;
  reading: Reading;
  notes: readonly string[];
  trace: Trace | null;
}

/** What holds behind an entry of the journal; no config before the first one. */
interface InForce {
  position: number;
  config: Config | null;
  offsets?: Iterable<[string, number]>;
}
/** Places that the registry doesn't have, or has elsewhere. */
const placeless = new Set<RefusalReason>(['unknown-hall', 'unknown-device', 'wrong-place']);

interface Refusal {
  reason: RefusalReason;
  detail: string;
  hall: string | null;
  device: string | null;
}

export class Projector {
  readonly #parts: ProjectorParts;
  #position: number;
  #config: Config | null;
  /** Places by topic under this config: as many as the registry has channels, whatever topics are invented. */
  readonly #places = new Map<string, Place>();
  readonly #offsets: Map<string, number>;

  /** Begins behind the entry `position`, with what was in force there. */
  constructor(parts: ProjectorParts, { position, config, offsets = [] }: InForce) {
    this.#parts = parts;
    this.#position = position;
    this.#config = config;
    this.#offsets = new Map(offsets);
  }

  /** What is added to the times of devices whose clocks are off, ms. */
  get offsets(): ReadonlyMap<string, number> {
    return this.#offsets;
  }

  get config(): Config | null {
    return this.#config;
  }

  /** The id of the last entry that was taken in. */
  get position(): number {
    return this.#position;
  }

  /** Goes on after `position`, leaving out what can't be read any more. */
  skipTo(position: number): void {
    this.#position = Math.max(this.#position, position);
  }

  /** Takes in the next entry. Never throws: one bad message stops nothing. */
  take(entry: Entry): void {
    this.#position = entry.id;
    if (entry.kind === 'config') this.#configure(entry);
    else if (entry.kind === 'clock') applyOffsets(this.#offsets, entry);
    else if (entry.kind === 'downtime') this.#noteDowntime(entry);
    else this.#parts.heard(this.#read(entry));
  }

  /** A config of a version that this one no longer reads changes nothing: the former holds. */
  #configure(entry: Entry): void {
    const config = configOfEntry(entry);
    if (!config) return;
    this.#config = config;
    this.#places.clear();
    this.#parts.halls.configure(config, this.#parts.owned, entry.id);
    this.#parts.configured(config);
  }

  #noteDowntime({ id, payload, receivedAt }: Entry): void {
    const downtime = downtimeOf(payload);
    if (downtime) this.#parts.halls.noteDowntime(downtime, receivedAt, id);
  }

  #read(entry: Entry): Outcome {
    try {
      return this.#project(entry);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return this.#unread(entry, { reason: 'failed', detail, ...claimOf(entry.topic) });
    }
  }

  /** Refuses a message of a device of the registry: its hall hears of that (`isNamed`: with boot and seq already). */
  #unread(entry: Entry, refusal: Refusal, isNamed = false): Outcome {
    const { hall, device, reason } = refusal;
    const { id, receivedAt: at, live, kind, topic } = entry;
    const isOfData = kindOfChannel[topic.slice(topic.lastIndexOf('/') + 1) as Channel] !== undefined;
    // One that is tried again was counted the first time.
    if (hall !== null && device !== null && live && isOfData && kind === 'message')
      this.#parts.halls.noteUnread({ hall, device }, { fault: reason, at, isNamed }, id);
    return refusedOf(entry, refusal);
  }

  #placeOf(topic: string): Place | RefusalReason {
    const place = this.#config ? placeOf(this.#config, topic) : 'unknown-hall';
    if (typeof place !== 'string') this.#places.set(topic, place);
    return place;
  }

  #project(entry: Entry): Outcome {
    const { topic, payload, receivedAt, live, caughtUp } = entry;
    const { halls, simulated } = this.#parts;
    const place = this.#places.get(topic) ?? this.#placeOf(topic);
    if (typeof place === 'string') {
      // What the broker keeps of a device that was removed or moved is no message of now.
      if (!live && placeless.has(place)) return { entry, ignored: 'retained-unplaced' };
      const refusal = { reason: place, detail: 'topic does not match the registry', ...claimOf(topic) };
      return place === 'wrong-kind' ? this.#unread(entry, refusal) : refusedOf(entry, refusal);
    }
    if (entry.shortened)
      return this.#unread(entry, { reason: 'too-large', detail: 'more than 65536 bytes', ...whereOf(place) });
    const decoded = decode(place.channel, payload);
    if ('fault' in decoded) {
      const { fault, detail, name } = decoded;
      if (name) halls.noteRefused(whereOf(place), name, receivedAt, entry.id);
      return this.#unread(entry, { reason: fault, detail, ...whereOf(place) }, name !== undefined);
    }
    const origin = { hall: place.hall.id, device: place.device.id, receivedAt, live, caughtUp };
    const { body } = decoded;
    const whole = timed(origin, body, { simulated, offsetMs: this.#offsets.get(origin.device) ?? 0 });
    const reading: Reading = 'seq' in body ? { ...whole, print: printOfBytes(payload) } : whole;
    if (halls.isStranger(reading, simulated, entry.id)) {
      const detail = `the data folder is ${simulated ? 'simulated' : 'real'}, the device is not`;
      return refusedOf(entry, { reason: 'wrong-folder', detail, ...whereOf(place) });
    }
    if (this.#parts.wants?.(reading) === false) return { entry, reading, notes: [], trace: null };
    const { notes, trace, named = reading, implausiblyAhead } = halls.apply(reading, entry.id);
    if (implausiblyAhead !== undefined) {
      const detail = `seq is ${implausiblyAhead} ahead of what the device had sent`;
      return refusedOf(entry, { reason: 'seq-implausible', detail, ...whereOf(place) });
    }
    return { entry, reading: named, notes, trace };
  }
}

function whereOf({ hall, device }: Place): { hall: string; device: string } {
  return { hall: hall.id, device: device.id };
}

/** Hall and device that a topic names, in the registry or not. */
function claimOf(topic: string): { hall: string | null; device: string | null } {
  // With a channel that we don't know, the ids before it are ids all the same.
  if (parseTopic(topic) === 'bad-topic') return { hall: null, device: null };
  const [hall = null, device = null] = topic.split('/').slice(3);
  return { hall, device };
}

function refusedOf(entry: Entry, refusal: Refusal): Outcome {
  const { id, topic, payload, receivedAt, live, caughtUp, shortened, retryOf } = entry;
  return { entry, refused: { id, topic, payload, receivedAt, live, caughtUp, shortened, retryOf, ...refusal } };
}
