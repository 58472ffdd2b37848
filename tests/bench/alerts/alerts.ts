// How right alerts are over a simulated week, against what really happened; what they cost; how soon a screen hears of one.
import { alertDefaults } from '../../../server/contracts/alert-settings.ts';
import type { AlertRule } from '../../../server/contracts/names.ts';
import { alertRules } from '../../../server/contracts/names.ts';
import type { Bench, Figure } from '../figures.ts';
import { costFigures } from './cost.ts';
import { latencyFigures } from './latency.ts';
import type { Expected } from './truth.ts';
import { expectedOn } from './truth.ts';
import { episodesOf, verdictOn } from './verdict.ts';
import type { Lived } from './week.ts';
import { inventedHalls, livedDay, readingOf } from './week.ts';
import { benchWorld } from './world.ts';

const week = { halls: 20, from: '2026-09-07', days: 7, seed: 1 };
/** That of the invented halls. */
const zone = 'Asia/Shanghai';
/** Rules whose alerts explain others. */
const explainers: ReadonlySet<AlertRule> = new Set<AlertRule>(['device-offline', 'system-down', 'wait-limit']);
const parts = { week: weekFigures, cost: costFigures, latency: latencyFigures };

export const alertsBench: Bench = {
  about:
    'alerts: right, missed and wrong over a simulated week (week); CPU for 2,000 halls (cost); to a screen (latency)',
  async run(say, only) {
    const figures: Figure[] = [];
    for (const [name, part] of Object.entries(parts)) {
      if (only.length === 0 || only.includes(name)) figures.push(...(await part(say)));
    }
    return figures;
  },
};

async function weekFigures(say: (line: string) => void): Promise<Figure[]> {
  const halls = await inventedHalls(week.halls);
  const first = Temporal.PlainDate.from(week.from);
  const expected: Expected[] = [];
  let world: Awaited<ReturnType<typeof benchWorld>> | null = null;
  let end = 0;
  for (let i = 0; i < week.days; i++) {
    const date = first.add({ days: i });
    const lived: Lived[] = halls.map((hall) => livedDay(hall, date, week.seed));
    world ??= await benchWorld(
      halls.map(({ config }) => config),
      Math.min(...lived.map(({ plan }) => plan.day.from)),
    );
    expected.push(...lived.flatMap(expectedOn));
    const lines = lived.flatMap((one) => one.lines).sort((a, b) => a.time - b.time);
    for (const line of lines) await world.take(readingOf(line));
    end = lines.at(-1)?.time ?? end;
    say(`${date}: ${lines.length} messages of ${halls.length} halls, ${world.told.length} transitions so far`);
  }
  const told = world?.told ?? [];
  await world?.close();
  const taughtFrom = first.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  return verdictFigures(told, expected, { end, taughtFrom }, say);
}

function verdictFigures(
  told: Parameters<typeof episodesOf>[0],
  expected: readonly Expected[],
  { end, taughtFrom }: { end: number; taughtFrom: number },
  say: (line: string) => void,
): Figure[] {
  const episodes = episodesOf(told, end);
  const hallDays = week.halls * week.days;
  const figures: Figure[] = [];
  let [wrong, unjudged, missed, laterWrong, laterMissed] = [0, 0, 0, 0, 0];
  for (const rule of alertRules) {
    const holdMs = 1_000 * alertDefaults[rule].raiseAfterS;
    const verdict = verdictOn(rule, episodes, expected, { holdMs, explainers });
    if (verdict.raised === 0 && verdict.expected === 0) continue;
    missed += verdict.missed.length;
    laterMissed += verdict.missed.filter(({ from }) => from >= taughtFrom).length;
    if (verdict.wrong === null) {
      unjudged += verdict.raised;
      figures.push({ what: `${rule}: raised`, unit: '', values: [verdict.raised], note: 'not judged' });
      continue;
    }
    wrong += verdict.wrong.length;
    laterWrong += verdict.wrong.filter(({ raisedAt }) => raisedAt >= taughtFrom).length;
    const sorted = verdict.delaysMs.toSorted((a, b) => a - b);
    const at = (share: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN) / 1_000;
    const note = `of ${verdict.expected}: missed ${verdict.missed.length}, explained by others ${verdict.absorbed}; raised ${verdict.raised}, wrong ${verdict.wrong.length}`;
    figures.push({ what: `${rule}: delay p50`, unit: 's', values: [at(0.5)], note });
    figures.push({ what: `${rule}: delay p99`, unit: 's', values: [at(0.99)] });
    for (const one of verdict.missed.slice(0, 3)) say(`missed: ${JSON.stringify(one)}`);
    for (const one of verdict.wrong.slice(0, 3)) say(`wrong: ${JSON.stringify(one)}`);
  }
  const alerts = new Set(told.map(({ alert }) => alert.id)).size;
  figures.push({ what: 'missed', unit: '', values: [missed], note: 'goal: 0' });
  figures.push({ what: 'wrong, a hall and day', unit: '', values: [wrong / hallDays], note: 'goal: under 0.5' });
  const later = (hallDays * (week.days - 1)) / week.days;
  figures.push({ what: 'missed after the first day', unit: '', values: [laterMissed] });
  figures.push({ what: 'wrong after the first day, a hall and day', unit: '', values: [laterWrong / later] });
  figures.push({ what: 'not judged, a hall and day', unit: '', values: [unjudged / hallDays] });
  figures.push({ what: 'alerts, a hall and day', unit: '', values: [alerts / hallDays] });
  figures.push({ what: 'transitions per alert', unit: '', values: [told.length / alerts] });
  return figures;
}
