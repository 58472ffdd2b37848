// The walk of a message from its source to its hall: kept, placed, decoded, applied. One bad message stops nothing.
import type { Config } from '../config/load.ts';
import type { Reading } from '../contracts/readings.ts';
import { decode } from '../devices/index.ts';
import { effectiveTime } from '../hall/hall.ts';
import type { Halls } from '../hall/halls.ts';
import type { Accept, Kept, RawMessage, RefusalReason } from './message.ts';
import { largestPayload } from './message.ts';
import { placeOf } from './place.ts';
import type { Refusals } from './refusals.ts';

/** What the pipeline counts, by reason or kind; metrics read it. */
export interface PipelineCounts {
  readings: Map<string, number>;
  refusals: Map<RefusalReason, number>;
  notes: Map<string, number>;
}

interface Parts {
  /** Makes a message safe and then calls back; nothing is acknowledged or read before that. */
  keep: Accept;
  config: () => Config;
  halls: Halls;
  refusals: Refusals;
  /** What the data folder holds: messages of the other sort don't belong in it (I5). */
  simulated: boolean;
}

export class Pipeline {
  readonly counts: PipelineCounts = { readings: new Map(), refusals: new Map(), notes: new Map() };
  readonly #parts: Parts;
  /** Devices whose latest status says they are of the other sort than the folder. */
  readonly #strangers = new Set<string>();
  #pendingSince: number[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes one message from a source; `kept` is called when the sender may be told that it is safe. */
  readonly accept: Accept = (message, kept) => {
    const { receivedAt } = message;
    this.#pendingSince.push(receivedAt);
    this.#parts.keep(message, (error) => {
      this.#pendingSince.splice(this.#pendingSince.indexOf(receivedAt), 1);
      this.#tell(kept, error);
      if (error === null) this.#process(message);
    });
  };

  /** Receipt time of the oldest message that is not yet on the screens; null when there is none. */
  get oldestPending(): number | null {
    return this.#pendingSince[0] ?? null;
  }

  #tell(kept: Kept, error: Error | null): void {
    try {
      kept(error);
    } catch (failure) {
      count(this.counts.notes, 'acknowledge-failed');
      this.#parts.refusals.noted('acknowledge-failed', String(failure));
    }
  }

  #process(message: RawMessage): void {
    try {
      const refusal = this.#read(message);
      if (refusal) this.#refuse(refusal.reason, message, refusal.detail);
    } catch (error) {
      this.#refuse('failed', message, error instanceof Error ? error.message : String(error));
    }
  }

  #read(message: RawMessage): { reason: RefusalReason; detail: string } | null {
    const { payload, topic, receivedAt, live, caughtUp } = message;
    if (payload.length > largestPayload) return { reason: 'too-large', detail: `more than ${largestPayload} bytes` };
    const place = placeOf(this.#parts.config(), topic);
    if (typeof place === 'string') return { reason: place, detail: 'topic does not match the registry' };
    const decoded = decode(place.channel, payload);
    if ('fault' in decoded) return { reason: decoded.fault, detail: decoded.detail };
    const { body } = decoded;
    const device = place.device.id;
    if (this.#isStranger(device, body)) {
      return {
        reason: 'wrong-folder',
        detail: `the data folder is ${this.#parts.simulated ? 'simulated' : 'real'}, the device is not`,
      };
    }
    const at = 'ts' in body ? effectiveTime(body.ts, receivedAt) : receivedAt;
    const reading: Reading = { hall: place.hall.id, device, receivedAt, live, caughtUp, at, body };
    count(this.counts.readings, body.kind);
    for (const note of this.#parts.halls.apply(reading)) {
      count(this.counts.notes, note);
      this.#parts.refusals.noted(note, device);
    }
    return null;
  }

  /** I5: the latest status decides; a will, and a device without a status, belong to the folder. */
  #isStranger(device: string, body: Reading['body']): boolean {
    if (body.kind === 'status' && !body.online) return false;
    if (body.kind === 'status' && body.simulated !== undefined) {
      if (body.simulated === this.#parts.simulated) this.#strangers.delete(device);
      else this.#strangers.add(device);
    }
    return this.#strangers.has(device);
  }

  #refuse(reason: RefusalReason, message: RawMessage, detail: string): void {
    count(this.counts.refusals, reason);
    this.#parts.refusals.refused(reason, message, detail);
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
