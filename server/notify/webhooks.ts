// Tells webhooks of alerts: signed, retried for a day, at least once, each address by itself so that a dead one holds up no other.
import type { Notice, Notices } from '../alerts/notices.ts';
import type { Kept, NoticesOf } from '../alerts/register.ts';
import { keyOf } from '../alerts/slot.ts';
import type { Clock, Timer } from '../clock.ts';
import type { WebhookBody } from '../contracts/alerts.ts';
import type { Webhook } from '../contracts/registry.ts';
import type { Logger } from '../log.ts';
import { post } from './post.ts';

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
}

const givenUpAfterMs = 24 * 3_600_000;
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

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#targets = parts.targets;
  }

  /** What of a transition goes to whom: nothing of what is silenced, or explained by another alert. */
  readonly noticesOf: NoticesOf = ({ alert, transition }) => {
    if (alert.silenced !== null || alert.parent !== null) return [];
    const { hall, rule, subject, since } = alert;
    const told: WebhookBody = { id: `${keyOf(hall, rule, subject, since)}#${transition.id}`, alert, transition };
    const body = JSON.stringify(told);
    return this.#targets.filter((target) => wants(target, alert)).map(({ id }) => ({ to: id, body }));
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
      for (const { to, count } of notices.forgetBefore(now - givenUpAfterMs)) {
        add(this.givenUp, to, count);
        this.#parts.log.error({ webhook: to, count }, 'alerts not told to a webhook: given up after a day');
      }
      const notice = notices.next(target.id);
      if (!notice) {
        way.trouble = null;
        return;
      }
      const dueAt = Math.max(notice.dueAt, way.pausedUntil);
      if (dueAt > now) {
        this.#later(way, dueAt - now);
        return;
      }
      await this.#sendOne(target, way, notice);
    }
  }

  async #sendOne(target: Webhook, way: Way, notice: Notice): Promise<void> {
    const { notices, clock } = this.#parts;
    const outcome = await post(target, notice.body, { at: clock.now(), signal: this.#ending.signal });
    if (this.#ending.signal.aborted) return;
    if (outcome.is === 'taken') {
      notices.drop(notice.id);
      add(this.sent, target.id, 1);
      Object.assign(way, { failures: 0, pausedUntil: 0, trouble: null });
      return;
    }
    add(this.failed, target.id, 1);
    if (way.trouble === null) this.#parts.log.warn({ webhook: target.id, why: outcome.why }, 'webhook not reached');
    way.trouble = outcome.why;
    const now = clock.now();
    notices.again(notice.id, now + backoffMs(notice.tries));
    // What one body meets says nothing of the others; nobody there, or a server in trouble, does.
    if (outcome.is === 'refused') return;
    way.pausedUntil = now + backoffMs(way.failures);
    way.failures++;
  }

  #failed(id: string, way: Way, error: unknown): void {
    if (this.#ending.signal.aborted) return;
    way.trouble = error instanceof Error ? error.message : String(error);
    this.#parts.log.error({ webhook: id, error: String(error) }, 'webhook not served');
    this.#later(way, longestBackoffMs);
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
    }));
  }
}

function wants({ rules, severities, halls }: Webhook, { rule, severity, hall }: Kept['alert']): boolean {
  if (rules && !rules.includes(rule)) return false;
  if (severities && !severities.includes(severity)) return false;
  return !halls || (hall !== null && halls.includes(hall));
}

function backoffMs(tries: number): number {
  return Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(tries, 20));
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
