// A series as it is answered: as JSON, and as rows of a file.
import type { HallConfig } from '../../config/hall-config.ts';
import type { Series, SeriesQuery, SeriesStep } from '../../contracts/history.ts';
import type { SeriesQuestion } from '../../history/asking/series.ts';
import { seriesParts } from '../../history/asking/series.ts';
import type { HistoryStore } from '../../history/port.ts';
import { byteOrderMark, csvRow } from './csv.ts';
import { LocalTimes } from './local-times.ts';
import type { SeriesRequest } from './series-request.ts';

/** `simulated`: what the data folder holds; points may say that they are all the same. Throws `history-away`. */
export async function seriesAnswer(
  history: HistoryStore,
  { hall, asked, query, simulated }: { hall: HallConfig; asked: SeriesRequest; query: SeriesQuery; simulated: boolean },
): Promise<Series> {
  const { from, to, stepMs } = asked;
  const question = asked.question();
  const { steps, isAnySimulated } = await stepsOf(history, question);
  return {
    hall: hall.id,
    service: query.service ?? null,
    terminal: query.terminal ?? null,
    timeZone: hall.file.timeZone,
    from,
    to,
    end: question.edges.at(-1) ?? to,
    stepS: stepMs / 1000,
    source: question.source,
    simulated: simulated || isAnySimulated,
    steps,
  };
}

async function stepsOf(history: HistoryStore, question: SeriesQuestion) {
  const steps: SeriesStep[] = [];
  let isAnySimulated = false;
  for await (const { starts, values, simulated } of seriesParts(history, question)) {
    isAnySimulated ||= simulated.includes(true);
    starts.forEach((start, i) => {
      const step: Record<string, number | null> = { start };
      for (const [field, column] of values) step[field] = column[i] ?? null;
      steps.push(step as unknown as SeriesStep);
    });
  }
  return { steps, isAnySimulated };
}

/** Text of a CSV file, header first. Throws `history-away`. */
export async function* seriesRows(
  history: HistoryStore,
  { question, hall, simulated }: { question: SeriesQuestion; hall: HallConfig; simulated: boolean },
): AsyncGenerator<string> {
  const times = new LocalTimes(hall.file.timeZone);
  const tags = Object.entries(question.tags);
  const named = tags.map(([name]) => (name === 'device' ? 'terminal' : name));
  yield byteOrderMark + csvRow([...named, 'start', 'startMs', 'lengthS', ...question.fields, 'simulated']);
  for await (const { starts, ends, values, simulated: marks } of seriesParts(history, question)) {
    for (const [i, start] of starts.entries()) {
      const fields = [...values.values()].map((column) => column[i]);
      const lengthS = ((ends[i] ?? 0) - start) / 1000;
      const own = tags.map(([, value]) => value);
      yield csvRow([...own, times.text(start), start, lengthS, ...fields, marks[i] ?? simulated]);
    }
  }
}
