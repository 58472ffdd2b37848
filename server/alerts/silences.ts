// Silences that hold or will: who is to have peace from what, and until when.
import type { Actor, Silence, SilenceRequest } from '../contracts/alerts.ts';
import type { AlertRule } from '../contracts/names.ts';
import { HallwatchError } from '../errors.ts';
import type { Register } from './register.ts';
import type { Subject } from './rule.ts';
import { hallRules, systemRules } from './rules/index.ts';

export class Silences {
  readonly #register: Pick<Register, 'silences' | 'addSilence' | 'endSilence'>;
  #all: Silence[];

  constructor(register: Pick<Register, 'silences' | 'addSilence' | 'endSilence'>, now: number) {
    this.#register = register;
    this.#all = register.silences(now);
  }

  /** The silence that holds for an alert now; the first made, where several do. */
  idFor(hall: string | null, { rule, subject }: { rule: AlertRule; subject: Subject }, now: number): string | null {
    const holding = this.#all.findLast(
      (one) =>
        one.endedAt === null &&
        one.from <= now &&
        now < one.to &&
        (one.hall === null || one.hall === hall) &&
        (one.rule === null || one.rule === rule) &&
        (one.device === null || (subject.kind === 'device' && subject.id === one.device)),
    );
    return holding?.id ?? null;
  }

  /** When a silence begins or ends next. */
  nextChangeAt(now: number): number | null {
    const moments = this.#all.filter(({ endedAt }) => endedAt === null).flatMap(({ from, to }) => [from, to]);
    const next = Math.min(...moments.filter((at) => at > now));
    return Number.isFinite(next) ? next : null;
  }

  /** Throws `bad-request` for one that would silence everything, or nothing. */
  add({ hall, device, rule, from, to, why }: SilenceRequest, actor: Actor, now: number): Silence {
    if (hall === undefined && device === undefined && rule === undefined)
      throw refused('names no hall, device or rule', 'name what is to be silenced');
    if (rule !== undefined && isOfSystem(rule) && (hall !== undefined || device !== undefined))
      throw refused(
        `would silence nothing: ${rule} is about the server, not about a hall or a device`,
        'leave "hall" and "device" out',
      );
    if (to <= Math.max(now, from ?? now)) throw refused('ends before it begins, or is over', 'write a later "to"');
    const silence = this.#register.addSilence({
      hall: hall ?? null,
      device: device ?? null,
      rule: rule ?? null,
      from: from ?? now,
      to,
      actor,
      why,
      endedAt: null,
    });
    this.#all = [silence, ...this.#all.filter((one) => one.to > now)];
    return silence;
  }

  /** Throws `unknown-silence`. One that is over stays as it is. */
  end(id: string, now: number): Silence {
    const silence =
      this.#all.find((one) => one.id === id) ?? this.#register.silences(null).find((one) => one.id === id);
    if (!silence)
      throw new HallwatchError('unknown-silence', {
        what: `there is no silence "${id}"`,
        fix: 'GET /api/silences lists them',
      });
    if (silence.endedAt !== null || silence.to <= now) return silence;
    const ended = this.#register.endSilence(silence, now);
    this.#all = this.#all.map((one) => (one.id === id ? ended : one));
    return ended;
  }
}

function isOfSystem(rule: AlertRule): boolean {
  return systemRules.some(({ id }) => id === rule) && !hallRules.some(({ id }) => id === rule);
}

function refused(what: string, fix: string): HallwatchError {
  return new HallwatchError('bad-request', { what: `the silence ${what}`, fix });
}
