// Tells webhooks of alerts: signed, retried for a day, at least once, each address by itself so that a dead one holds up no other.
import type { Notice, Notices } from '../alerts/notices.ts';
import type { NoticesOf } from '../alerts/register.ts';
import { keyOf } from '../alerts/slot.ts';
import type { Clock, Timer } from '../clock.ts';
import type { WebhookBody } from '../contracts/alerts.ts';
import type { Webhook } from '../contracts/registry.ts';
import type { Logger } from '../log.ts';
import { post } from './post.ts';
import { toldOf } from './told.ts';

interface Parts {
  notices: Notices;
  targets: readonly Webhook[];
  clock: Clock;
  log: Logger;
}

interface Way {
  isBusy: boolean;
  /** Tries in a row that failed because nobody was there. */
  failures: number;
  pausedUntil: number;
  timer: Timer | null;
  trouble: string | null;
  /** The notice that was taken last: where that can't be written down, it isn't sent again. */
  takenId: number | null;
}

const givenUpAfterMs = 24 * 3_600_000;
const givesUpEveryMs = 60_000;
const firstBackoffMs = 1_000;
const longestBackoffMs = 5 * 60_000;

export class Webhooks {
  /** What was sent, refused or not reached, and given up after a day, by webhook. */
  readonly sent = new Map<string, number>();
  readonly failed = new Map<string, number>();
  readonly givenUp = new Map<string, number>();
  readonly #parts: Parts;
  #targets: readonly Webhook[];
  readonly #ways = new Map<string, Way>();
  readonly #ending = new AbortController();
  #gaveUpAt = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#targets = parts.targets;
  }

  /** What of a transition goes to whom: see `told.ts`. */
  readonly noticesOf: NoticesOf = (kept, life) => {
    const targets = toldOf(this.#targets, kept, life);
    if (targets.length === 0) return [];
    const { alert, transition } = kept;
    const { hall, rule, subject, since } = alert;
    const told: WebhookBody = { id: `${keyOf(hall, rule, subject, since)}#${transition.id}`, alert, transition };
    const body = JSON.stringify(told);
    return targets.map(({ id }) => ({ to: id, body }));
  };

  /** Other addresses from here on; what waits for those that went is given up in time. */
  retarget(targets: readonly Webhook[]): void {
    this.#targets = targets;
    this.send();
  }

  /** Sends what is due; to be called whenever something was added. */
  send(): void {
    for (const target of this.#targets) {
      const way = this.#wayOf(target.id);
      if (way.isBusy || this.#ending.signal.aborted) continue;
      way.isBusy = true;
      this.#sendAll(target, way)
        .catch((error: unknown) => this.#failed(target.id, way, error))
        .finally(() => {
          way.isBusy = false;
        });
    }
  }

  /** How many wait, over all. */
  get waiting(): number {
    return this.#targets.reduce((sum, { id }) => sum + this.#parts.notices.waiting(id), 0);
  }

  /** What doesn't get there, in words; null while all does. */
  trouble(): string | null {
    const troubles = this.#targets.flatMap(({ id }) => {
      const { trouble } = this.#wayOf(id);
      return trouble === null ? [] : [`webhook ${id}: ${this.#parts.notices.waiting(id)} wait, ${trouble}`];
    });
    return troubles.length > 0 ? troubles.join('; ') : null;
  }

  close(): void {
    this.#ending.abort();
    for (const { timer } of this.#ways.values()) timer?.cancel();
  }

  async #sendAll(target: Webhook, way: Way): Promise<void> {
    const { notices, clock } = this.#parts;
    while (!this.#ending.signal.aborted) {
      const now = clock.now();
      this.#giveUp(now);
      const notice = notices.next(target.id);
      if (!notice) {
        way.trouble = null;
        return;
      }
      const dueAt = Math.max(notice.dueAt, way.pausedUntil);
      // What is due later than that was put off before our clock was set back.
      if (dueAt > now && dueAt <= now + longestBackoffMs) {
        this.#later(way, dueAt - now);
        return;
      }
      await this.#sendOne(target, way, notice);
    }
  }

  /** Looks at all that waits, so not each time. */
  #giveUp(now: number): void {
    if (Math.abs(now - this.#gaveUpAt) < givesUpEveryMs) return;
    this.#gaveUpAt = now;
    for (const { to, count } of this.#parts.notices.forgetBefore(now - givenUpAfterMs)) {
      add(this.givenUp, to, count);
      this.#parts.log.error({ webhook: to, count }, 'alerts not told to a webhook: given up after a day');
    }
  }

  async #sendOne(target: Webhook, way: Way, notice: Notice): Promise<void> {
    const { notices } = this.#parts;
    if (way.takenId !== notice.id && !(await this.#isTaken(target, way, notice))) return;
    notices.drop(notice.id);
    Object.assign(way, { failures: 0, pausedUntil: 0, trouble: null });
  }

  async #isTaken(target: Webhook, way: Way, notice: Notice): Promise<boolean> {
    const { notices, clock } = this.#parts;
    const outcome = await post(target, notice.body, { at: clock.now(), signal: this.#ending.signal });
    if (this.#ending.signal.aborted) return false;
    if (outcome.is === 'taken') {
      way.takenId = notice.id;
      add(this.sent, target.id, 1);
      return true;
    }
    add(this.failed, target.id, 1);
    if (way.trouble === null) this.#parts.log.warn({ webhook: target.id, why: outcome.why }, 'webhook not reached');
    way.trouble = outcome.why;
    const now = clock.now();
    notices.again(notice.id, now + backoffMs(notice.tries));
    // What one body meets says nothing of the others; nobody there, or a server in trouble, does.
    if (outcome.is === 'away') this.#pause(way);
    return false;
  }

  #pause(way: Way): void {
    way.pausedUntil = this.#parts.clock.now() + backoffMs(way.failures);
    way.failures++;
  }

  #failed(id: string, way: Way, error: unknown): void {
    if (this.#ending.signal.aborted) return;
    way.trouble = error instanceof Error ? error.message : String(error);
    this.#parts.log.error({ webhook: id, error: String(error) }, 'webhook not served');
    this.#pause(way);
    this.#later(way, way.pausedUntil - this.#parts.clock.now());
  }

  #later(way: Way, delayMs: number): void {
    way.timer?.cancel();
    way.timer = this.#parts.clock.after(delayMs, () => this.send());
  }

  #wayOf(id: string): Way {
    return this.#ways.getOrInsertComputed(id, () => ({
      isBusy: false,
      failures: 0,
      pausedUntil: 0,
      timer: null,
      trouble: null,
      takenId: null,
    }));
  }
}

function backoffMs(tries: number): number {
  return Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(tries, 20));
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
