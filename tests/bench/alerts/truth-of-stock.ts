// What terminals really had left of each supply, and how long that would have lasted.
import { zoneOpenings } from '../../../firmware-sim/model/hall-day.ts';
import { alertDefaults } from '../../../server/contracts/alert-settings.ts';
import { fillsUp } from '../../../server/hall/parts.ts';
import { overlapMs } from '../../../server/hall/spans.ts';
import type { Found } from './truth.ts';
import { joined, of, within, without } from './truth-spans.ts';
import type { Lived } from './week.ts';

const { level, hoursLeft } = alertDefaults['stock-low'].thresholds;
const hourMs = 3_600_000;
/** Use comes in bursts: what would last for so many times what is asked, by the use of the whole day, is no reason for an alert. */
const farOff = 2;

/** From when on hardly anything is left until it is seen to; and, as nobody must know it, what would be used up within hours. */
export function stockLows(lived: Lived): Found[] {
  const { config, plan } = lived;
  const low = [...config.devices.values()].flatMap(({ id: subject, kind, zone }) => {
    if (kind !== 'terminal') return [];
    const open = zoneOpenings(plan.day, zone);
    const steps = of(lived, 'terminal').filter(({ device }) => device === subject);
    const levels = steps.map(({ at, stock }) => ({ at, left: leftOf(stock) }));
    const openHours = overlapMs([...open], [{ from: plan.day.from, to: plan.day.to }]) / hourMs;
    const perHour = usedOn(levels).map((used) => used / openHours);
    const spans = (isLow: (left: readonly number[]) => boolean) =>
      levels.flatMap(({ at: from, left }, i) => (isLow(left) ? [{ from, to: levels[i + 1]?.at ?? plan.day.to }] : []));
    const found = (isLow: (left: readonly number[]) => boolean): Found[] =>
      joined(spans(isLow).map((span) => ({ rule: 'stock-low', subject, ...span }))).flatMap((one) =>
        within(one, open).map((span) => ({ ...one, ...span })),
      );
    const gone = plan.devices.get(subject)?.spells ?? [];
    const nearlyGone = found((left) => left.some((percent) => percent <= level.value));
    const soonGone = found((left) => left.some((percent, i) => percent / (perHour[i] ?? 0) < farOff * hoursLeft.value));
    return [
      ...nearlyGone.flatMap((one) => without(one, gone)),
      ...soonGone.map((one) => ({ ...one, isDoubtful: true as const })),
    ];
  });
  return low;
}

/** What is left of each supply, or of the room in what fills up, %, in the order in which a terminal names them. */
function leftOf(stock: Readonly<Record<string, number>>): number[] {
  return Object.entries(stock).map(([name, percent]) => (fillsUp(name) ? 100 - percent : percent));
}

/** What was used of each over a day. */
function usedOn(levels: readonly { left: readonly number[] }[]): number[] {
  const used: number[] = [];
  levels.forEach(({ left }, i) => {
    left.forEach((percent, which) => {
      used[which] = (used[which] ?? 0) + Math.max(0, (levels[i - 1]?.left[which] ?? percent) - percent);
    });
  });
  return used;
}
