// Runs the rules: one that throws is counted and shown, and the others go on.
import type { SettingsLookup } from '../config/alert-settings.ts';
import type { AlertRule } from '../contracts/names.ts';
import type { Logger } from '../log.ts';
import type { Judged } from './engine.ts';
import type { HallContext, HallRule, Judgement, SystemRule, SystemState } from './rule.ts';
import { nothing } from './rule.ts';
import { hallRules, systemRules } from './rules/index.ts';

interface Parts {
  log: Logger;
  now: () => number;
  rules?: { hall: readonly HallRule[]; system: readonly SystemRule[] };
}

/** What failed is named on /readyz for so long. */
const shownMs = 10 * 60_000;

export class Judges {
  /** How often each rule threw. */
  readonly failures = new Map<AlertRule, number>();
  readonly #parts: Parts;
  readonly #hall: readonly HallRule[];
  readonly #system: readonly SystemRule[];
  readonly #failed = new Map<string, { at: number; error: string }>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#hall = parts.rules?.hall ?? hallRules;
    this.#system = parts.rules?.system ?? systemRules;
  }

  judgeHall(context: HallContext): Judged[] {
    const settingsOf = context.config.alerts;
    return this.#hall.flatMap((rule) => {
      const settings = settingsOf(rule.id);
      return this.#judged(rule.id, settings, () => (settings.off ? nothing : rule.judge(context, settings)));
    });
  }

  judgeSystem(context: { now: number; system: SystemState }, settingsOf: SettingsLookup): Judged[] {
    return this.#system.flatMap((rule) => {
      const settings = settingsOf(rule.id);
      return this.#judged(rule.id, settings, () => (settings.off ? nothing : rule.judge(context, settings)));
    });
  }

  /** Of a place that is no more: nothing holds there, and nothing is waited for. */
  nothing(settingsOf: SettingsLookup): Judged[] {
    const settings = (id: AlertRule) => ({ ...settingsOf(id), clearAfterS: 0, calmS: 0 });
    return this.#hall.map(({ id }) => ({ rule: id, settings: settings(id), judgement: nothing }));
  }

  /** Rules that failed lately, and halls, in words; null while all is well. */
  trouble(): string | null {
    const now = this.#parts.now();
    for (const [what, { at }] of this.#failed) if (Math.abs(now - at) >= shownMs) this.#failed.delete(what);
    if (this.#failed.size === 0) return null;
    return `alerts: ${[...this.#failed].map(([what, { error }]) => `${what} failed (${error})`).join('; ')}`;
  }

  #judged(rule: AlertRule, settings: Judged['settings'], judge: () => Judgement): Judged[] {
    try {
      return [{ rule, settings, judgement: judge() }];
    } catch (error) {
      this.failures.set(rule, (this.failures.get(rule) ?? 0) + 1);
      this.noteFailure(`rule ${rule}`, error);
      return [];
    }
  }

  /** Something of alerts threw: shown for a while, and logged once. */
  noteFailure(what: string, error: unknown): void {
    const { log, now } = this.#parts;
    if (!this.#failed.has(what)) log.error({ what, error: String(error) }, 'a part of alerts failed');
    this.#failed.set(what, { at: now(), error: error instanceof Error ? error.message : String(error) });
  }
}
