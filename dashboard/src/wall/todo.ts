// What is to be done in this hall, in the order in which somebody should look at it.
import type { Alert } from '../../../server/contracts/alerts.ts';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { HallInfo } from '../../../server/contracts/http.ts';
import type { AlertRule, Locale } from '../../../server/contracts/names.ts';
import type { WallKey } from '../messages/wall.ts';
import { isSeen, severityTones } from '../ui/severity.ts';
import type { Tone } from './tones.ts';

/** What the rest of the wall shows in red is red here too, whatever its severity. */
const broken: ReadonlySet<AlertRule> = new Set(['wait-limit', 'terminal-fault', 'terminal-offline', 'device-offline']);

/**
 * Null while no rules are run, or while nothing was ever heard of the hall. The server's order (the worst first), those that
 * somebody looks after last.
 */
export function todoOf({ alerts, devices }: Pick<HallLive, 'alerts' | 'devices'>): readonly Alert[] | null {
  if (!alerts) return null;
  const isUnheard = devices.length > 0 && devices.every(({ reason }) => reason === 'not-heard');
  if (isUnheard && alerts.length === 0) return null;
  return [...alerts.filter((alert) => !isSeen(alert)), ...alerts.filter(isSeen)];
}

/** What those not shown are: some of them found no room, or all are explained by those that are. */
export function moreSaid(more: number, { alertsExplained }: Pick<HallLive, 'alertsExplained'>): WallKey {
  return more > (alertsExplained ?? 0) ? 'todo.more' : 'todo.explained';
}

export function todoTone({ severity, rule }: Pick<Alert, 'severity' | 'rule'>): Tone {
  return severity === 'warning' && broken.has(rule) ? 'late' : severityTones[severity];
}

/** What else is to be known of it. */
export function todoMarks({ flapping, silenced, acknowledged }: Alert): readonly WallKey[] {
  const marks: WallKey[] = [];
  if (flapping) marks.push('todo.flapping');
  if (silenced !== null) marks.push('todo.silenced');
  if (acknowledged) marks.push('todo.acknowledged');
  return marks;
}

/** Where it is, on the hall's own wall: neither the hall nor the zone is named, and nothing of what is about the whole hall. */
export function placeOn({ subject, text }: Alert, { name, devices, zones }: HallInfo, locale: Locale): string {
  const { where } = text[locale];
  // What customers can't do is what it says already.
  if (where === name[locale] || subject.kind === 'journey') return '';
  const device = devices.find(({ id }) => id === subject.id);
  if (device) return device.name[locale];
  const starts = zones.map((zone) => `${name[locale]} · ${zone.name[locale]} · `);
  const start = [...starts, `${name[locale]} · `].find((one) => where.startsWith(one)) ?? '';
  return where.slice(start.length);
}
