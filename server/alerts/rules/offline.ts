// What the rules about devices that are gone share.
import { hoursOf } from '../../config/hall-config.ts';
import type { Finding, HallContext, Judgement, Subject } from '../rule.ts';
import { soonest } from '../rule.ts';

/** Whether a device is gone from the broker in hours in which it is wanted. `since`: when it was last known to be there. */
type Gone = { is: 'gone'; since: number } | { is: 'there' } | { is: 'unknown'; nextAt: number | null };

/**
 * At night a device may be switched off: that is nobody's alert, and ends none either. In the morning it has `graceS` to come.
 */
export function goneFrom({ config, books, device, now }: HallContext, id: string, graceS: number): Gone {
  const { live } = device(id);
  if (live.online === true) return { is: 'there' };
  const entry = config.devices.get(id);
  const status = books.state.presence.get(id)?.status;
  if (live.reason !== 'offline' || !entry || !status) return { is: 'unknown', nextAt: null };
  const { open, since, nextChangeAt } = hoursOf(config, entry).state(now);
  if (!open) return { is: 'unknown', nextAt: nextChangeAt };
  const wantedAt = since === null ? 0 : since + graceS * 1_000;
  if (now < wantedAt && status.receivedAt < wantedAt) return { is: 'unknown', nextAt: wantedAt };
  return { is: 'gone', since: Math.max(status.receivedAt, since ?? 0) };
}

const defaultEveryS = 30;

/** From when on a device's silence is its own: what we could not have heard ourselves tells nothing of it. Epoch ms. */
export function hearableAt({ books, hearingSince }: HallContext, id: string): number {
  return hearingSince + 3 * (books.state.presence.get(id)?.status?.everyS ?? defaultEveryS) * 1_000;
}

/** Judges some devices by `goneFrom`. */
export function judgeGone(
  context: HallContext,
  ids: readonly string[],
  graceS: number,
  words: Pick<Finding, 'what' | 'todo'>,
): Judgement & { unknown: readonly Subject[] } {
  const findings: Finding[] = [];
  const unknown: Subject[] = [];
  const moments: (number | null)[] = [];
  for (const id of ids) {
    const subject = { kind: 'device' as const, id };
    const gone = goneFrom(context, id, graceS);
    if (gone.is === 'gone') findings.push({ subject, since: gone.since, ...words });
    if (gone.is !== 'unknown') continue;
    unknown.push(subject);
    moments.push(gone.nextAt);
  }
  return { findings, unknown, nextAt: soonest(moments) };
}
