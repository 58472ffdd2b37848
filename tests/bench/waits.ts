// How right the wait estimator is: on a bank's record (`--csv FILE`), and in simulated halls, where what happened is known.
import { readFile } from 'node:fs/promises';
import type { Judged } from '../../server/hall/waits/waits.ts';
import { bankDays, bankHall } from './bank-hall.ts';
import type { Bench, Figure } from './figures.ts';
import type { WaitsVerdict } from './judged-waits.ts';
import { mean, rmse, verdictOn } from './judged-waits.ts';
import { simulatedQueue } from './simulated-queue.ts';

const scenarios = ['quiet', 'lunch-rush', 'month-end'];
const simulated = { hall: 'jiefang', service: 'general', from: '2026-09-01', days: 40, seed: 1 };

/** Everyone of the record who queued and was served, foretold when they joined. Throws for a file that isn't such a record. */
export function judgeRecord(text: string, say: (line: string) => void = () => {}): WaitsVerdict {
  const { hall, dates } = bankHall(text);
  const judged: Judged[] = [];
  for (const applied of bankDays(text, hall, dates)) judged.push(...applied.judged);
  const { days } = hall.config;
  for (const [date, those] of Map.groupBy(judged, ({ calledAt }) => days.of(calledAt).date)) {
    const { n, mae, coverage80, best_textbook: best } = verdictOn(those);
    say(
      `${date}  ${n} waits, off by ${mae} s on average (${best.name} ${best.mae} s), ${Math.round(100 * coverage80)} % in range`,
    );
  }
  return verdictOn(judged);
}

export async function judgeFile(path: string, say: (line: string) => void): Promise<WaitsVerdict> {
  return judgeRecord(await readFile(path, 'utf8'), say);
}

export const waitsBench: Bench = {
  about: 'how right foretold waits are in simulated halls; with --csv FILE, on a record like that of the bank',
  async run(say) {
    const figures: Figure[] = [];
    for (const scenario of scenarios) {
      say(`${scenario}: ${simulated.days} days of ${simulated.hall}`);
      const judged = (await simulatedWaits(scenario)).filter(({ service }) => service === simulated.service);
      const wait = mean(judged.map(({ waitS }) => waitS));
      const own = rmse(judged, ({ quote }) => quote.meanS);
      const headOfLine = rmse(judged, ({ rivals }) => rivals.headOfLine);
      const { mae, coverage80, best_textbook: best } = verdictOn(judged);
      figures.push(
        { what: `${scenario}: waits`, unit: '', values: [judged.length], note: `mean ${Math.round(wait)} s` },
        { what: `${scenario}: RMSE of meanS over mean wait`, unit: 'x', values: [own / wait] },
        { what: `${scenario}: the same of head of line`, unit: 'x', values: [headOfLine / wait] },
        { what: `${scenario}: share of that`, unit: 'x', values: [own / headOfLine], note: 'goal: 0.7, bar: 0.8' },
        { what: `${scenario}: off by, on average`, unit: 's', values: [mae], note: `${best.name}: ${best.mae} s` },
        { what: `${scenario}: in the range of 80 %`, unit: 'x', values: [coverage80] },
      );
    }
    return figures;
  },
};

async function simulatedWaits(scenario: string): Promise<Judged[]> {
  const judged: Judged[] = [];
  for await (const { applied } of simulatedQueue(simulated, scenario)) judged.push(...applied.judged);
  return judged;
}
