// The alerts of all halls, live: those that are open, and those that were resolved while one looked.
import type { Alert } from '../../../server/contracts/alerts.ts';
import { Connection } from './connection.svelte.ts';
import type { FeedState } from './feed-state.ts';
import type { LiveClock } from './live-clock.svelte.ts';

const keptResolved = 20;

export class AlertFeed {
  /** By id, those that aren't resolved; null before the first answer. */
  open = $state.raw<ReadonlyMap<string, Alert> | null>(null);
  /** Resolved since the page was opened, the latest first. */
  resolved = $state.raw<readonly Alert[]>([]);

  readonly #connection: Connection;

  constructor() {
    this.#connection = new Connection({
      request: { alerts: true },
      take: (answer) => {
        if (!('alerts' in answer)) return false;
        this.open = new Map(answer.alerts.map((alert) => [alert.id, alert]));
        return true;
      },
      facts: () => ({ newestAsOf: null, hasState: this.open !== null }),
    });
  }

  get clock(): LiveClock {
    return this.#connection.clock;
  }

  get state(): FeedState {
    return this.#connection.state;
  }

  /** Connects, and keeps connecting until the returned function is called. */
  start(): () => void {
    this.#connection.socket.on('alert', ({ alert }) => this.take(alert));
    return this.#connection.start();
  }

  /** Takes in an alert as it is now: told of, or the answer to what a person did. */
  take(alert: Alert): void {
    const open = new Map(this.open);
    const others = this.resolved.filter(({ id }) => id !== alert.id);
    if (alert.state === 'resolved') {
      open.delete(alert.id);
      this.resolved = [alert, ...others].slice(0, keptResolved);
    } else {
      open.set(alert.id, alert);
      this.resolved = others;
    }
    this.open = open;
  }
}
