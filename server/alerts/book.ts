// The alerts that matter now, in memory: those that aren't resolved, and those that may come back. What screens show is read here.
import type { Alert } from '../contracts/alerts.ts';
import type { AlertRule } from '../contracts/names.ts';
import { alertSeverities } from '../contracts/names.ts';
import type { AlertsNow } from '../hall/halls.ts';
import { isOpen } from './engine.ts';
import { slotOf } from './slot.ts';

const mostShown = 12;
/** Bytes of JSON that alerts may take of a hall's picture, which has 32 KB (P3): names and plans of a config have no length. */
const mostBytes = 14_000;
/** One that was resolved so long ago comes back as a new one; by hand, after the longest rest that can be set. */
const keptMs = 24 * 3_600_000;
const keptByHandMs = 12 * keptMs;

/** From when on resolved alerts matter at `now`: those that resolved by themselves, and those resolved by hand. Epoch ms. */
export function keptFrom(now: number): { byItself: number; byHand: number } {
  return { byItself: now - keptMs, byHand: now - keptByHandMs };
}

export class Book {
  readonly #places = new Map<string, Map<string, Alert>>();
  readonly #byId = new Map<string, Alert>();
  readonly #shown = new Map<string, AlertsNow>();

  /** The latest alert of each slot of a hall, or of the system (null). */
  of(hall: string | null): Alert[] {
    return [...(this.#places.get(hall ?? '')?.values() ?? [])];
  }

  /** When a hall's alert of a rule about the whole hall was last resolved, epoch ms: 0 where none was of late, `now` while it is open. */
  endOf(hall: string, rule: AlertRule, now: number): number {
    const alert = this.#places.get(hall)?.get(slotOf(rule, { kind: 'hall', id: hall }));
    return alert && isOpen(alert) ? now : (alert?.resolvedAt ?? 0);
  }

  get(id: string): Alert | undefined {
    return this.#byId.get(id);
  }

  /** All that aren't resolved, the worst first, then the oldest. */
  open(): Alert[] {
    return [...this.#byId.values()].filter(isOpen).sort(byWeight);
  }

  /** Halls that have alerts here. */
  get halls(): string[] {
    return [...this.#places.keys()].filter((hall) => hall !== '');
  }

  put(alert: Alert): void {
    const place = this.#places.getOrInsertComputed(alert.hall ?? '', () => new Map());
    const slot = slotOf(alert.rule, alert.subject);
    const before = place.get(slot);
    if (before && before.id !== alert.id) {
      // An older one that somebody wrote a note to doesn't take the place of the latest; one that came back does.
      if (lastAt(before) > lastAt(alert)) return;
      this.#byId.delete(before.id);
    }
    place.set(slot, alert);
    this.#byId.set(alert.id, alert);
    this.#shown.delete(alert.hall ?? '');
  }

  forget(now: number): void {
    const { byItself, byHand } = keptFrom(now);
    for (const place of this.#places.values()) {
      for (const [slot, { id, resolvedAt, resolvedBy }] of place) {
        if (resolvedAt === null || resolvedAt >= (resolvedBy === null ? byItself : byHand)) continue;
        place.delete(slot);
        this.#byId.delete(id);
      }
    }
  }

  /** A hall's alerts as its picture shows them. */
  now(hall: string): AlertsNow {
    return this.#shown.getOrInsertComputed(hall, () => {
      const open = this.of(hall).filter(isOpen);
      const alerts = open.filter(({ parent }) => parent === null).sort(byWeight);
      return {
        alerts: fitting(alerts.slice(0, mostShown)),
        alertsOpen: open.length,
        alertsExplained: open.length - alerts.length,
      };
    });
  }
}

/** As many as have room, the first in any case. */
function fitting(alerts: readonly Alert[]): Alert[] {
  let bytes = 0;
  return alerts.filter((alert, i) => {
    bytes += Buffer.byteLength(JSON.stringify(alert));
    return i === 0 || bytes <= mostBytes;
  });
}

function lastAt({ resolvedAt }: Alert): number {
  return resolvedAt ?? Number.POSITIVE_INFINITY;
}

export function byWeight(a: Alert, b: Alert): number {
  const weight = ({ severity }: Alert) => alertSeverities.indexOf(severity);
  return weight(b) - weight(a) || a.since - b.since || Number(a.id) - Number(b.id);
}
