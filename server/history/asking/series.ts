// A hall's, a service's or a terminal's series, part by part, so that neither memory nor the other work here feels its length.
import type { SeriesSubject, StepField } from '../../insight/series-columns.ts';
import { foldsFor, needsHistogram, stepValue } from '../../insight/series-columns.ts';
import { StepSums } from '../../insight/step-sums.ts';
import { Breath } from '../breath.ts';
import type { HistoryStore } from '../port.ts';

export interface SeriesQuestion {
  subject: SeriesSubject;
  source: 'hall_minute' | 'hall_slot' | 'service_slot' | 'terminal_slot';
  tags: Readonly<Record<string, string>>;
  fields: readonly StepField[];
  /** Growing, n + 1 for n steps (see steps.ts). */
  edges: readonly number[];
}

/** Neighbouring steps: `values[field][i]` belongs to the one that begins at `starts[i]` and ends at `ends[i]`. */
export interface SeriesPart {
  starts: number[];
  ends: number[];
  values: Map<StepField, (number | null)[]>;
  /** Whether anything in the step came from simulated devices; null where nothing says. */
  simulated: (boolean | null)[];
  /** How many were read: the cost. */
  points: number;
}

const dayMs = 86_400_000;
/** What a part spans, one step at least: some 1,400 points, 10 to 20 ms with everything. */
const partMs = { minute: dayMs, slot: 14 * dayMs };

/** Throws `history-away`. */
export async function* seriesParts(store: HistoryStore, question: SeriesQuestion): AsyncGenerator<SeriesPart> {
  const { source, edges } = question;
  const longestMs = source === 'hall_minute' ? partMs.minute : partMs.slot;
  const breath = new Breath();
  for (let first = 0; first < edges.length - 1; ) {
    const start = edges[first] ?? 0;
    let last = first + 1;
    while (last + 1 < edges.length && (edges[last + 1] ?? 0) - start <= longestMs) last++;
    yield await readPart(store, { ...question, edges: edges.slice(first, last + 1) });
    first = last;
    await breath.ifDue();
  }
}

/**
 * Points are read as they are and folded here: InfluxDB folds 17 fields by the hour in twice the time it takes to hand them
 * over, and by the quarter in four times.
 */
async function readPart(store: HistoryStore, question: SeriesQuestion): Promise<SeriesPart> {
  const { subject, source, tags, fields, edges } = question;
  const [starts, ends] = [edges.slice(0, -1), edges.slice(1)];
  const folds = foldsFor(subject, fields);
  const sums = new StepSums(edges, folds);
  const read = [...Object.keys(folds), ...(needsHistogram(subject, fields) ? ['waitHistogram'] : []), 'simulated'];
  const period = { from: edges[0] ?? 0, to: edges.at(-1) ?? 0 };
  let points = 0;
  for (const { at, values } of await store.columns({ measurement: source, tags, ...period, fields: read })) {
    sums.add(at, values);
    points += at.length;
  }
  const values = new Map(
    fields.map((field) => [
      field,
      starts.map((_, i) =>
        stepValue(subject, field, { numbers: (name) => sums.number(name, i), waits: sums.waits(i) }),
      ),
    ]),
  );
  return { starts, ends, values, simulated: starts.map((_, i) => sums.simulated(i)), points };
}
